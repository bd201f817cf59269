#include "core/faults.hpp"

#include <cstring>
#include <vector>

#include "core/check.hpp"
#include "core/tensor_impl.hpp"

namespace lamina {
namespace {

struct Site {
  const char* operation;
  FaultKind kind;
  Device device;
  Tensor memory;  // one IndexFault
  Shape shape;
  bool is_pending = false;
};

thread_local std::vector<Site> sites;
thread_local bool any_pending = false;

[[noreturn]] void raise(const Site& site, const IndexFault& fault) {
  if (site.kind == FaultKind::label) {
    fail(ErrorKind::value, site.operation, " got label ", fault.value, " in row ", fault.row,
         " of the batch, expected a class in [0, ", fault.limit, ")");
  }
  if (site.kind == FaultKind::term) {
    fail(ErrorKind::value, site.operation, " got ", fault.value, ", which its vocabulary of ",
         fault.limit, " lacks: with num_oov_indices=0 it must hold every input");
  }
  fail(ErrorKind::index, site.operation, " got index ", fault.value, ", expected one in [",
       -fault.limit, ", ", fault.limit, ") for shape ", site.shape);
}

void clear(Site& site) {
  const IndexFault none{};
  backend_of(site.memory).copy_from_host(site.memory.mutable_data(), &none, sizeof none);
  site.is_pending = false;
}

std::size_t find_site(const char* operation, FaultKind kind, Device device) {
  for (std::size_t i = 0; i < sites.size(); ++i) {
    if (sites[i].device == device && std::strcmp(sites[i].operation, operation) == 0) return i;
  }
  const auto bytes = static_cast<std::int64_t>(sizeof(IndexFault));
  sites.push_back({operation, kind, device, Tensor::empty({bytes}, Dtype::uint8, device), {}});
  clear(sites.back());
  return sites.size() - 1;
}

}  // namespace

FaultCheck::FaultCheck(const char* operation, FaultKind kind, Device device)
    : site_(find_site(operation, kind, device)),
      record_(static_cast<IndexFault*>(sites[site_].memory.mutable_data())) {}

void FaultCheck::look(const Shape& shape) const {
  Site& site = sites[site_];
  if (!backend_of(site.memory).host_can_read()) {
    if (!site.is_pending) site.shape = shape;
    site.is_pending = any_pending = true;
    return;
  }
  if (record_->is_recorded == 0) return;
  const IndexFault fault = *record_;
  site.shape = shape;
  clear(site);
  raise(site, fault);
}

void raise_pending_faults() {
  if (!any_pending) return;
  any_pending = false;
  for (Site& site : sites) {
    if (!site.is_pending) continue;
    IndexFault fault;
    backend_of(site.memory).copy_to_host(&fault, site.memory.data(), sizeof fault);
    site.is_pending = false;
    if (fault.is_recorded == 0) continue;
    clear(site);
    any_pending = true;  // those of other operations
    raise(site, fault);
  }
}

}  // namespace lamina
