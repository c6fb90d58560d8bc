#include "engine/checkpoint/pickle_stack.h"

#include <utility>

#include "engine/core/error.h"

namespace jacobiscope {
namespace {

using Kind = PickleValue::Kind;

// A state_dict of a thousand tensors needs about twenty thousand values.
constexpr std::size_t kMostValues = 2'000'000;
constexpr std::size_t kMostItems = 8'000'000;

}  // namespace

Pickle PickleStack::finish(PickleRef root) {
  m_pickle.root = root;
  return std::move(m_pickle);
}

PickleRef PickleStack::make(Kind kind) {
  if (m_pickle.values.size() >= kMostValues) {
    throw Error(m_file + " holds more than " + std::to_string(kMostValues) +
                    " Python objects, too many for a state_dict.",
                "Save the state_dict alone, without the optimizer or other data.");
  }
  m_pickle.values.emplace_back().kind = kind;
  return static_cast<PickleRef>(m_pickle.values.size() - 1);
}

void PickleStack::push(PickleRef ref) {
  if (m_stack.size() >= kMostItems) damaged("the stack grows without end");
  m_stack.push_back(ref);
}

void PickleStack::pushInt(Kind kind, std::int64_t integer) {
  const PickleRef ref = make(kind);
  value(ref).integer = integer;
  push(ref);
}

void PickleStack::pushFloat(double number) {
  const PickleRef ref = make(Kind::Float);
  value(ref).number = number;
  push(ref);
}

void PickleStack::pushText(Kind kind, std::string_view text) {
  const PickleRef ref = make(kind);
  value(ref).text = text;
  push(ref);
}

void PickleStack::pushContainer(Kind kind, const std::vector<PickleRef>& items) {
  const PickleRef ref = make(kind);
  append(ref, items);
  push(ref);
}

PickleRef PickleStack::pop() {
  const PickleRef ref = top();
  m_stack.pop_back();
  return ref;
}

PickleRef PickleStack::top() {
  if (m_stack.size() <= (m_marks.empty() ? 0 : m_marks.back())) damaged("the stack is empty");
  return m_stack.back();
}

std::vector<PickleRef> PickleStack::popCount(std::size_t count) {
  std::vector<PickleRef> items(count);
  for (std::size_t i = count; i-- > 0;) items[i] = pop();
  return items;
}

std::vector<PickleRef> PickleStack::popToMark() {
  if (m_marks.empty()) damaged("a mark is missing");
  const auto first = m_stack.begin() + static_cast<std::ptrdiff_t>(m_marks.back());
  std::vector<PickleRef> items(first, m_stack.end());
  m_stack.erase(first, m_stack.end());
  m_marks.pop_back();
  return items;
}

// Python drops the mark where nothing lies above it.
void PickleStack::popOrMark() {
  if (!m_marks.empty() && m_marks.back() == m_stack.size()) {
    m_marks.pop_back();
  } else {
    pop();
  }
}

void PickleStack::extend(Kind kind, const std::vector<PickleRef>& items) {
  const PickleRef target = top();
  expect(target, kind, kind == Kind::Dict ? "a dictionary to add to" : "a list to add to");
  append(target, items);
}

// One pickle can name the same list again and again: the sum of all copies is limited.
void PickleStack::append(PickleRef container, const std::vector<PickleRef>& items) {
  m_items += items.size();
  if (m_items > kMostItems) damaged("the containers grow without end");
  if (value(container).kind == Kind::Dict && items.size() % 2 != 0) damaged("a key has no value");
  auto& target = value(container).items;
  target.insert(target.end(), items.begin(), items.end());
}

void PickleStack::recall(std::uint64_t key) {
  const auto found = m_memo.find(key);
  if (found == m_memo.end()) damaged("object " + std::to_string(key) + " is not made yet");
  push(found->second);
}

const PickleValue& PickleStack::expect(PickleRef ref, Kind kind, const char* what) const {
  const PickleValue& found = m_pickle.values[ref];
  if (found.kind != kind) damaged(std::string(what) + " is expected, but something else is there");
  return found;
}

void PickleStack::damaged(const std::string& how) const {
  throw Error(m_file + " is damaged: in its pickle, " + how + ".",
              "Copy or download the file again.");
}

}  // namespace jacobiscope
