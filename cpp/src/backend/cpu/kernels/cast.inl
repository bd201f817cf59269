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

template <class From, class To>
void cast_kernel(const void* x, void* y, std::int64_t n) {
  const From* from = static_cast<const From*>(x);
  To* to = static_cast<To*>(y);
  for (std::int64_t i = 0; i < n; ++i) to[i] = static_cast<To>(from[i]);
}
