namespace SaliencyCluster.Imaging.Sizing;

/// <summary>How pixels between pixels are made. All but the last two widen with the scale where they shrink, so that every pixel counts
/// (antialiasing).</summary>
public enum Interpolation
{
    /// <summary>A triangle of one pixel, antialiased: Pillow's <c>BILINEAR</c>, and torchvision's on pictures.</summary>
    Bilinear,

    /// <summary>A cubic of two pixels with a = -0.5, antialiased: Pillow's <c>BICUBIC</c>, and torchvision's on pictures.</summary>
    Bicubic,

    /// <summary>A windowed sinc of three pixels, antialiased: Pillow's <c>LANCZOS</c>.</summary>
    Lanczos,

    /// <summary>The mean of what a pixel covers: Pillow's <c>BOX</c>.</summary>
    Box,

    /// <summary>A narrower triangle, antialiased: Pillow's <c>HAMMING</c>.</summary>
    Hamming,

    /// <summary>The pixel that the centre falls on: Pillow's <c>NEAREST</c>.</summary>
    Nearest,

    /// <summary>A triangle of one pixel at every scale, without antialiasing: OpenCV's <c>INTER_LINEAR</c>, up to one level of
    /// 255.</summary>
    BilinearPlain,
}
