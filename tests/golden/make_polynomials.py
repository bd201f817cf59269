"""Prints the polynomials in cpp/src/backend/cpu/kernels/{math,trigonometry}.inl.

    pip install mpmath && python tests/golden/make_polynomials.py

They interpolate at Chebyshev nodes, which is within a small factor of the best polynomial:
  erfc(x) e^(x^2) (x + c) in s, where s = a + b / (x + c) takes [0, x_max] to [-1, 1];
    e^(-x^2) is denormal beyond x_max, and a small c keeps down what the rounding of s does;
  erf(x) / x in x^2 over [0, 9/16];
  (x - tanh(x)) / x^3 in x^2 over [0, 9/16];
  (atanh(s) / s - 1) / s^2 in s^2 over [0, 1/9];
  (atan(x) / x - 1) / x^2 in x^2 over [0, tan(pi/8)^2].
"""

import mpmath as mp

mp.mp.dps = 60


def interpolate(f, low, high, terms):
    """Coefficients, lowest first, and the largest relative error."""
    nodes = [mp.cos(mp.pi * (2 * k + 1) / (2 * terms)) for k in range(terms)]
    nodes = [(low + high) / 2 + (high - low) / 2 * t for t in nodes]
    powers = mp.matrix(terms, terms)
    values = mp.matrix(terms, 1)
    for i, t in enumerate(nodes):
        values[i] = f(t)
        for j in range(terms):
            powers[i, j] = t**j
    coefficients = list(mp.lu_solve(powers, values))
    points = [low + (high - low) * mp.mpf(i) / 500 for i in range(1, 500)]
    error = max(abs(mp.polyval(coefficients[::-1], t) / f(t) - 1) for t in points)
    return coefficients, error


def show(name, coefficients, error):
    print(f"// {name}: relative error {mp.nstr(error, 2)}")
    for c in coefficients:
        print(f"  {mp.nstr(c, 20)},")


for dtype, x_max, c, tail_terms, small_terms, shrink_terms, log1p_terms, arctan_terms in (
    ("float", mp.mpf("9.35"), mp.mpf("2.0"), 9, 6, 7, 5, 5),
    ("double", mp.mpf("26.62"), mp.mpf("1.6"), 27, 10, 14, 10, 12),
):
    # 1 / (x + c) runs from 1 / c at x = 0, where s = 1, to 1 / (x_max + c), where s = -1.
    b = 2 / (1 / c - 1 / (x_max + c))
    a = 1 - b / c

    def scaled(s, a=a, b=b, c=c):
        x = b / (s - a) - c
        return mp.exp(x * x) * mp.erfc(x) * (x + c)

    def small(u):
        x = mp.sqrt(u)
        return mp.erf(x) / x

    def shrink(u):
        x = mp.sqrt(u)
        return (x - mp.tanh(x)) / x**3

    def atanh_rest(u):
        s = mp.sqrt(u)
        return (mp.atanh(s) / s - 1) / u

    def arctan_rest(u):
        x = mp.sqrt(u)
        return (mp.atan(x) / x - 1) / u

    print(f"// {dtype}: a = {mp.nstr(a, 20)}, b = {mp.nstr(b, 20)}, c = {c}, x_max = {x_max}")
    show("erfc_terms", *interpolate(scaled, mp.mpf(-1), mp.mpf(1), tail_terms))
    show("erf_terms", *interpolate(small, mp.mpf(0), mp.mpf(9) / 16, small_terms))
    show("tanh_shrink_terms", *interpolate(shrink, mp.mpf(0), mp.mpf(9) / 16, shrink_terms))
    show("log1p_terms", *interpolate(atanh_rest, mp.mpf(0), mp.mpf(1) / 9, log1p_terms))
    show("arctan_terms", *interpolate(arctan_rest, mp.mpf(0), mp.tan(mp.pi / 8) ** 2, arctan_terms))
