// The way out of the engine thread: events, and how many bytes of pictures nobody has
// fetched yet.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

#include "engine/core/event.h"
#include "engine/core/mailbox.h"

namespace jacobiscope {

class EventBox {
 public:
  EventBox(std::function<void()> wake, std::size_t pictureByteCap)
      : m_events(std::move(wake)), m_pictureByteCap(pictureByteCap) {}

  void publish(Event event) {
    m_pictureBytes += pictureBytes(event);
    m_events.post(std::move(event));
  }

  std::vector<Event> drain() {
    std::vector<Event> events = m_events.drain();
    for (const Event& event : events) m_pictureBytes -= pictureBytes(event);
    return events;
  }

  // Whether pictures should wait until somebody has drained the box.
  bool crowded() const { return m_pictureBytes > m_pictureByteCap; }

 private:
  static std::size_t pictureBytes(const Event& event) {
    const auto* snapshot = std::get_if<std::shared_ptr<const Snapshot>>(&event);
    std::size_t sum = 0;
    if (snapshot) {
      for (const Panel& panel : (*snapshot)->panels) sum += byteSize(panel);
    }
    return sum;
  }

  Mailbox<Event> m_events;
  std::size_t m_pictureByteCap;
  std::atomic<std::size_t> m_pictureBytes = 0;
};

}  // namespace jacobiscope
