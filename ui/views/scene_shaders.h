// The programs of the scene renderer, for OpenGL 3.3. Colours come in linear, light is computed so,
// and what is written is sRGB. Mesa's software renderer runs them, too: powers are multiplied out
// where they can be.
#pragma once

namespace jacobiscope {

// Every shape is an instance of a mesh (scene_mesh.h).
inline constexpr char kShapeVertex[] = R"(#version 330 core
layout(location = 0) in vec3 meshCore;
layout(location = 1) in vec3 meshNormal;
layout(location = 2) in vec4 turn;
layout(location = 3) in vec3 position;
layout(location = 4) in vec3 core;
layout(location = 5) in vec3 roundness;
layout(location = 6) in vec4 colour;
uniform mat4 camera;
uniform mat4 lamp;
out vec3 at;
out vec3 normal;
out vec4 tint;
out vec3 lit;
vec3 turned(vec3 v) { return v + 2.0 * cross(turn.xyz, cross(turn.xyz, v) + turn.w * v); }
void main() {
  at = turned(meshCore * core + meshNormal * roundness) + position;
  normal = turned(normalize(meshNormal / roundness));
  tint = vec4(pow(colour.rgb, vec3(2.2)), colour.a);
  vec4 seen = lamp * vec4(at + normal * 0.002, 1.0);
  lit = seen.xyz / seen.w * 0.5 + 0.5;
  gl_Position = camera * vec4(at, 1.0);
}
)";

inline constexpr char kShapeFragment[] = R"(#version 330 core
in vec3 at;
in vec3 normal;
in vec4 tint;
in vec3 lit;
uniform vec3 eye;
uniform vec3 key;
uniform vec3 top;
uniform vec3 bottom;
uniform vec3 ground;
uniform vec3 line;
uniform vec3 focus;
uniform float radius;
uniform float height;
uniform float ambient;
uniform float shade;
uniform bool isFloor;
uniform sampler2DShadow shadows;
out vec4 shown;
float shadow() {
  if (any(lessThan(lit, vec3(0.0))) || any(greaterThan(lit, vec3(1.0)))) return 1.0;
  vec2 off = vec2(0.8, 0.8) / 1024.0;
  return 0.5 * (texture(shadows, vec3(lit.xy + off, lit.z - 0.0015)) +
                texture(shadows, vec3(lit.xy - off, lit.z - 0.0015)));
}
float grid(vec2 p) {
  vec2 wide = fwidth(p);
  vec2 off = abs(fract(p - 0.5) - 0.5) / max(wide, vec2(1e-5));
  float seen = 1.0 - clamp(min(off.x, off.y), 0.0, 1.0);
  return seen * clamp(0.7 - max(wide.x, wide.y) * 1.4, 0.0, 1.0);
}
void main() {
  vec3 n = normalize(normal);
  vec3 toEye = normalize(eye - at);
  float facing = max(dot(n, key), 0.0);
  float lamp = facing > 0.0 ? facing * shadow() : 0.0;
  vec3 colour;
  if (isFloor) {
    vec3 plain = mix(ground, line, grid(at.xy / 0.1));
    colour = plain * mix(1.0 - shade, 1.0, shadow());
    vec3 behind = mix(bottom, top, gl_FragCoord.y / height);
    float away = length(at.xy - focus.xy) / radius;
    colour = mix(colour, behind, smoothstep(1.1, 3.2, away));
  } else {
    float sky = n.z * 0.5 + 0.5;
    float fill = max(dot(n, normalize(vec3(0.4, 0.8, 0.35))), 0.0);
    vec3 half_ = normalize(key + toEye);
    float gloss = max(dot(n, half_), 0.0);
    for (int i = 0; i < 5; ++i) gloss *= gloss;
    gloss *= 0.16 * step(1e-3, lamp);
    float rim = 1.0 - max(dot(n, toEye), 0.0);
    rim *= rim;
    rim *= rim * 0.10 * sky;
    vec3 light = ambient * mix(vec3(0.50, 0.47, 0.45), vec3(0.92, 0.96, 1.0), sky) +
                 lamp * vec3(0.86, 0.83, 0.78) + fill * vec3(0.10, 0.12, 0.15);
    colour = tint.rgb * light + vec3(gloss + rim * ambient);
  }
  shown = vec4(pow(clamp(colour, 0.0, 1.0), vec3(1.0 / 2.2)), isFloor ? 1.0 : tint.a);
}
)";

// For the map of shadows only the depth counts.
inline constexpr char kShadowFragment[] = R"(#version 330 core
void main() {}
)";

inline constexpr char kBackgroundVertex[] = R"(#version 330 core
void main() {
  gl_Position = vec4(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0, 0.0, 1.0);
}
)";

inline constexpr char kBackgroundFragment[] = R"(#version 330 core
uniform vec3 top;
uniform vec3 bottom;
uniform float height;
out vec4 shown;
void main() {
  shown = vec4(pow(mix(bottom, top, gl_FragCoord.y / height), vec3(1.0 / 2.2)), 1.0);
}
)";

}  // namespace jacobiscope
