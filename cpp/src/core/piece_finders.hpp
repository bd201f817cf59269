// Where files name a piece that nobody registered, a finder is asked. Defined beside each kind: a
// table has one place in the process, which is the library, and not each program that links it.
#pragma once

#include <functional>

#include "lamina/export.hpp"

namespace lamina {

class Activation;
class Config;
class Constraint;
class Initializer;
class Regularizer;

template <class Piece>
using PieceFinder = std::function<Piece(const Config& class_and_config)>;

LAMINA_INTERNAL_API void set_piece_finder(PieceFinder<Activation> finder);
LAMINA_INTERNAL_API void set_piece_finder(PieceFinder<Constraint> finder);
LAMINA_INTERNAL_API void set_piece_finder(PieceFinder<Initializer> finder);
LAMINA_INTERNAL_API void set_piece_finder(PieceFinder<Regularizer> finder);

}  // namespace lamina
