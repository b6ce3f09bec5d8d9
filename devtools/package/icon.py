"""Paints the program's icon: `python -m devtools.package.icon` writes resources/icons, which are committed.

An order ladder: the last price between blue and red, the colours of a Korean screen. Painted anew for each size on its
own pixel grid, so that the small ones stay sharp. The one module here that needs the development environment.
"""

import struct
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter

from devtools import ROOT

SIZES = (16, 20, 24, 32, 40, 48, 64, 128, 256)
GROUND, RISE, FALL, QUIET = "#10202B", "#E5484D", "#3B82F6", "#F4F7F9"
BARS = ((0.50, FALL), (0.74, FALL), (1.00, QUIET), (0.82, RISE), (0.42, RISE))
"""From the top: length of each bar as a part of the inner width, and its colour. The white one is the last price."""


def painted(size: int) -> QImage:
    """The icon as an image of `size` by `size` pixels with transparent corners."""
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(GROUND))
    painter.drawRoundedRect(QRectF(0, 0, size, size), size * 0.2, size * 0.2)
    _paint_ladder(painter, size)
    painter.end()
    return image


def _paint_ladder(painter: QPainter, size: int) -> None:
    height = max(1, round(size * 0.10))
    gap = max(1, round(size * 0.045))
    top = (size - len(BARS) * height - (len(BARS) - 1) * gap) // 2
    left, inner = round(size * 0.16), size - 2 * round(size * 0.16)
    for place, (part, colour) in enumerate(BARS):
        painter.setBrush(QColor(colour))
        bar = QRectF(left, top + place * (height + gap), round(inner * part), height)
        rounding = height * 0.3 if size >= 48 else 0.0
        painter.drawRoundedRect(bar, rounding, rounding)


def png(image: QImage) -> bytes:
    """The image as a PNG file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def bitmap(image: QImage) -> bytes:
    """The image as an icon file holds it: a header, rows from the bottom in blue-green-red-alpha, an empty mask."""
    size = image.width()
    header = struct.pack("<IiiHHIIiiII", 40, size, size * 2, 1, 32, 0, 0, 0, 0, 0, 0)
    pixels = image.convertToFormat(QImage.Format.Format_ARGB32)
    raw, stride = bytes(pixels.constBits()), pixels.bytesPerLine()
    rows = b"".join(raw[y * stride : y * stride + size * 4] for y in reversed(range(size)))
    mask_row = ((size + 31) // 32) * 4
    return header + rows + bytes(mask_row * size)


def ico(images: list[QImage]) -> bytes:
    """A Windows icon file. Large images are PNG inside, small ones bitmaps, which every Windows program reads."""
    bodies = [png(image) if image.width() >= 256 else bitmap(image) for image in images]
    offset = 6 + 16 * len(images)
    entries = b""
    for image, body in zip(images, bodies, strict=True):
        edge = image.width() % 256  # 256 is written as 0
        entries += struct.pack("<BBBBHHII", edge, edge, 0, 0, 1, 32, len(body), offset)
        offset += len(body)
    return struct.pack("<HHH", 0, 1, len(images)) + entries + b"".join(bodies)


def main(folder: Path = ROOT / "resources" / "icons") -> None:
    """Write app.ico and app.png."""
    _application = QGuiApplication.instance() or QGuiApplication(["icon", "-platform", "offscreen"])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "app.ico").write_bytes(ico([painted(size) for size in SIZES]))
    (folder / "app.png").write_bytes(png(painted(256)))


if __name__ == "__main__":
    main()
