// The working memory of the unpickler: the values made so far, the stack, the marks on
// it and the memo, each within limits that no honest state_dict comes near.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/checkpoint/unpickler.h"

namespace jacobiscope {

class PickleStack {
 public:
  // `file` names the archive in an Error and must outlive the stack.
  explicit PickleStack(const std::string& file) : m_file(file) {}

  PickleValue& value(PickleRef ref) { return m_pickle.values[ref]; }
  // Moves every value pushed so far out, with `root` as the result.
  Pickle finish(PickleRef root);

  // A new value that is not on the stack yet. References to other values become invalid.
  PickleRef make(PickleValue::Kind kind);
  void push(PickleRef ref);
  void pushInt(PickleValue::Kind kind, std::int64_t integer);
  void pushFloat(double number);
  void pushText(PickleValue::Kind kind, std::string_view text);
  void pushContainer(PickleValue::Kind kind, const std::vector<PickleRef>& items);

  // None of these reaches below the innermost mark.
  PickleRef pop();
  PickleRef top();
  std::vector<PickleRef> popCount(std::size_t count);
  std::vector<PickleRef> popToMark();
  void popOrMark();
  void mark() { m_marks.push_back(m_stack.size()); }

  // Adds items to the container on top of the stack, which must be of this kind.
  void extend(PickleValue::Kind kind, const std::vector<PickleRef>& items);
  void append(PickleRef container, const std::vector<PickleRef>& items);

  void memoize(std::uint64_t key) { m_memo[key] = top(); }
  void memoizeNext() { memoize(m_memo.size()); }
  void recall(std::uint64_t key);

  const PickleValue& expect(PickleRef ref, PickleValue::Kind kind, const char* what) const;
  [[noreturn]] void damaged(const std::string& how) const;

 private:
  const std::string& m_file;
  Pickle m_pickle;
  std::vector<PickleRef> m_stack;
  std::vector<std::size_t> m_marks;  // sizes of the stack
  std::unordered_map<std::uint64_t, PickleRef> m_memo;
  std::size_t m_items = 0;  // in all containers together
};

}  // namespace jacobiscope
