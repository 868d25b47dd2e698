"""The five stages most pipelines use, for comparison: deskew, denoise, contrast, threshold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from chartlift.imaging.raster import rotate, with_pixels

if TYPE_CHECKING:
    from chartlift.model import Raster


def deskew_by_hough(raster: Raster) -> Raster:
    """Rotates by the median angle of Hough's line segments, where it is over .1 degrees."""
    edges = cv2.Canny(raster.pixels, 50, 150, apertureSize=3)
    segments = cv2.HoughLinesP(
        edges, 1, np.pi / 180, 100, minLineLength=raster.pixels.shape[1] // 8, maxLineGap=20
    )
    if segments is None:
        return raster
    x1, y1, x2, y2 = segments.reshape(-1, 4).astype(np.float64).T
    angles = np.degrees(np.arctan2(y2 - y1, x2 - x1))
    near = angles[np.abs(angles) < 15]
    if not len(near) or abs(float(np.median(near))) < 0.1:
        return raster
    return rotate(raster, -float(np.median(near)))


def denoise_nlm(raster: Raster) -> Raster:
    """Denoises by non-local means (strength 10, windows 7 and 21)."""
    return with_pixels(raster, cv2.fastNlMeansDenoising(raster.pixels, None, 10.0, 7, 21))


def equalize_clahe(raster: Raster) -> Raster:
    """Equalises the contrast in 8 x 8 tiles, clip limit 2."""
    return with_pixels(raster, cv2.createCLAHE(2.0, (8, 8)).apply(raster.pixels))


def threshold_adaptive(raster: Raster) -> Raster:
    """Makes ink black and paper white by a Gaussian window of 31 pixels, offset 11."""
    return with_pixels(
        raster,
        cv2.adaptiveThreshold(
            raster.pixels, 255, cv2.ADAPTIVE_THRESH_GAUSSIAN_C, cv2.THRESH_BINARY, 31, 11
        ),
    )
