// The floating-point dtype that new layers compute in.
#pragma once

#include "lamina/core/dtype.hpp"

namespace lamina {

LAMINA_API Dtype floatx() noexcept;  ///< float32 unless set
LAMINA_API void set_floatx(Dtype dtype);

}  // namespace lamina
