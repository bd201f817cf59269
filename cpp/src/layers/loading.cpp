#include "layers/loading.hpp"

namespace lamina {
namespace {

thread_local LoadingScope* current = nullptr;

}  // namespace

LoadingScope::LoadingScope(std::size_t file_bytes) noexcept
    : previous_(current), left_(file_bytes) {
  current = this;
}

LoadingScope::~LoadingScope() { current = previous_; }

bool LoadingScope::active() noexcept { return current != nullptr; }

bool LoadingScope::claim(std::size_t bytes) noexcept {
  if (bytes > current->left_) return false;
  current->left_ -= bytes;
  return true;
}

}  // namespace lamina
