#!/usr/bin/env python3
"""Takes the pictures of the README and of the presets: the real program in a pseudo-terminal,
drawn with Pillow.

    cargo build --release
    pip install pyte pillow        # and the fonts DejaVu Sans Mono and NanumGothicCoding
    python3 docs/pictures/take.py [NAME…]

Each line of PICTURES is one picture: name, size, what to start, keys to press (a pause after each).
Of every preset that `awslearn model --json` names there is a picture in each language, two minutes
into it, in `presets/`, and a line in `docs/presets.md`. Names (`lesson`, `queue`, `queue-no-dlq`)
take only the pictures that begin with one of them.
"""
import fcntl, json, os, pty, select, struct, subprocess, sys, tempfile, termios

import pyte
from PIL import Image, ImageDraw, ImageFont

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAM = os.path.join(os.path.dirname(os.path.dirname(HERE)), "target", "release", "awslearn")
# Half a minute on, in a model.
MINUTE_HALF = "\x1b[1;2C"
PICTURES = [
    ("lesson", (132, 38), ["--lang", "en", "--theme", "dark", "open", "sqs-standard"], ["}", "}", "}", "3", MINUTE_HALF, "2"]),
    ("lesson-ko", (132, 38), ["--lang", "ko", "--theme", "dark", "open", "sqs-standard"], ["}", "}", "}", "3", MINUTE_HALF, "2"]),
    ("model", (120, 36), ["--lang", "en", "--theme", "dark", "model", "queue", "--preset", "poison-message"],
     [MINUTE_HALF, MINUTE_HALF, "j"]),
    ("quiz", (100, 30), ["--lang", "en", "--theme", "dark", "quiz", "sqs-standard"], ["1", "\r", "2"]),
    ("search", (120, 36), ["--lang", "en", "--theme", "dark"], ["s", "visib"]),
    ("light", (120, 36), ["--lang", "en", "--theme", "light", "open", "why-queues"], []),
]
FONTS = {
    "narrow": "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf",
    "bold": "/usr/share/fonts/truetype/dejavu/DejaVuSansMono-Bold.ttf",
    "wide": "/usr/share/fonts/truetype/nanum/NanumGothicCoding.ttf",
}
SIZE, CELL = 16, (10, 21)
# One preset: cells, and how far into it.
PRESET_SIZE, PRESET_KEYS = (110, 34), [MINUTE_HALF] * 4
LANGUAGES = {"en": "English", "ko": "한국어"}


def screen_of(size, args, keys):
    """What the program shows after the keys."""
    screen = pyte.Screen(*size)
    stream = pyte.ByteStream(screen)
    child, terminal = pty.fork()
    if child == 0:
        env = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8",
               "HOME": tempfile.mkdtemp(), "PATH": "/usr/bin:/bin"}
        os.execve(PROGRAM, [PROGRAM, *args], env)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
    for key in [None, *keys]:
        if key:
            os.write(terminal, key.encode())
        patience = 1.0
        while select.select([terminal], [], [], patience)[0]:
            stream.feed(os.read(terminal, 1 << 16))
            patience = 0.15
    os.kill(child, 15)
    os.close(terminal)
    os.waitpid(child, 0)
    return screen


def colour(name, otherwise):
    return f"#{name}" if len(name) == 6 and all(c in "0123456789abcdefABCDEF" for c in name) else otherwise


def draw(screen, light):
    paper, ink = ("#fdfdfc", "#1f2430") if light else ("#14161b", "#d8dee9")
    fonts = {name: ImageFont.truetype(path, SIZE) for name, path in FONTS.items()}
    width, height = CELL
    image = Image.new("RGB", (screen.columns * width, screen.lines * height), paper)
    pen = ImageDraw.Draw(image)
    for y in range(screen.lines):
        for x in range(screen.columns):
            cell = screen.buffer[y][x]
            front, back = colour(cell.fg, ink), colour(cell.bg, paper)
            if cell.reverse:
                front, back = back, front
            if not cell.data:
                continue
            is_wide = x + 1 < screen.columns and screen.buffer[y][x + 1].data == ""
            left, top = x * width, y * height
            right = left + width * (2 if is_wide else 1)
            pen.rectangle([left, top, right - 1, top + height - 1], fill=back)
            if cell.data in "─━│┃":
                line(pen, cell.data, (left, top, right, top + height), front)
            elif cell.data != " ":
                font = fonts["wide" if is_wide else "bold" if cell.bold else "narrow"]
                pen.text((left, top + 1), cell.data, font=font, fill=front)
            if cell.underscore:
                pen.line([left, top + height - 2, right - 1, top + height - 2], fill=front)
    return image


def line(pen, sign, box, fill):
    """Lines are drawn, not written, so that they join."""
    left, top, right, bottom = box
    thick = 3 if sign in "━┃" else 1
    if sign in "─━":
        y = (top + bottom) // 2
        pen.rectangle([left, y - thick // 2, right - 1, y + thick // 2], fill=fill)
    else:
        x = (left + right) // 2
        pen.rectangle([x - thick // 2, top, x + thick // 2, bottom - 1], fill=fill)


def presets(lang):
    """Every preset of every model, as the program itself names them."""
    listed = subprocess.run([PROGRAM, "--lang", lang, "model", "--json"], check=True, capture_output=True)
    return [json.loads(line) for line in listed.stdout.decode().splitlines()]


def preset_pictures():
    for lang in LANGUAGES:
        for preset in presets(lang):
            name = f"{preset['model']}-{preset['preset']}"
            start = ["--lang", lang, "--theme", "dark", "model", preset["model"], "--preset", preset["preset"]]
            yield name, f"presets/{name}-{lang}", PRESET_SIZE, start, PRESET_KEYS


def page():
    """docs/presets.md: one line and two pictures for each preset."""
    lines = ["# The presets of the models", "",
             "Each picture is two minutes into the preset, played with seed 1: `awslearn model MODEL --preset PRESET`.",
             "[`docs/pictures/take.py`](pictures/take.py) writes this page and takes the pictures anew."]
    model = None
    for preset in presets("en"):
        if preset["model"] != model:
            model = preset["model"]
            lines += ["", f"## {preset['title']}"]
        name = f"{model}-{preset['preset']}"
        lines += ["", f"### {preset['name']}", "", f"`{model} --preset {preset['preset']}`: {preset['teaches']}", "",
                  " ".join(f"[![{preset['name']}, {spoken}](pictures/presets/{name}-{lang}.png)]"
                           f"(pictures/presets/{name}-{lang}.png)" for lang, spoken in LANGUAGES.items())]
    with open(os.path.join(os.path.dirname(HERE), "presets.md"), "w", encoding="utf-8") as out:
        out.write("\n".join(lines) + "\n")


def main():
    if not os.path.exists(PROGRAM):
        sys.exit("first: cargo build --release")
    os.makedirs(os.path.join(HERE, "presets"), exist_ok=True)
    wanted = tuple(sys.argv[1:])
    of_readme = [(name, name, *rest) for name, *rest in PICTURES]
    for name, file, size, args, keys in [*of_readme, *preset_pictures()]:
        if wanted and not name.startswith(wanted):
            continue
        image = draw(screen_of(size, args, keys), "light" in args)
        path = os.path.join(HERE, f"{file}.png")
        image.quantize(32 if "/" in file else 64).save(path, optimize=True)
        print(path)
    page()


main()
