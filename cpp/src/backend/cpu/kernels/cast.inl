// Conversion between element types; the compilers vectorize the plain loop. Booleans are bytes.

struct Boolean {
  std::uint8_t byte;
  Boolean() = default;
  template <class T>
  LAMINA_INLINE explicit Boolean(T value) : byte(value != T(0)) {}
  template <class T>
  LAMINA_INLINE explicit operator T() const {
    return T(byte != 0);
  }
};

// C++ and the instruction sets leave open what fractions become that the target cannot hold: here
// the nearest whole number that it holds, and 0 for NaN, as XLA has it, on every machine.
template <class From, class To>
LAMINA_INLINE To converted(From value) {
  constexpr bool from_fraction = __is_same(From, float) || __is_same(From, double);
  constexpr bool to_whole =
      !__is_same(To, float) && !__is_same(To, double) && !__is_same(To, Boolean);
  if constexpr (from_fraction && to_whole) {
    constexpr bool is_signed = static_cast<To>(-1) < static_cast<To>(0);
    constexpr int bits = 8 * int(sizeof(To)) - is_signed;
    constexpr To most = static_cast<To>((std::uint64_t(1) << bits) - 1);
    constexpr To least = is_signed ? static_cast<To>(-most - 1) : To(0);
    // One more than the largest, which a fraction need not hold exactly.
    constexpr From end = static_cast<From>(std::uint64_t(1) << bits);
    const bool is_above = value >= end, is_below = value < From(least);
    const From inside = is_above || is_below || value != value ? From(0) : value;
    const To whole = static_cast<To>(inside);
    return is_above ? most : is_below ? least : whole;
  } else {
    return static_cast<To>(value);
  }
}

template <class From, class To>
void cast_kernel(const void* x, void* y, std::int64_t n) {
  const From* from = static_cast<const From*>(x);
  To* to = static_cast<To*>(y);
  for (std::int64_t i = 0; i < n; ++i) to[i] = converted<From, To>(from[i]);
}
