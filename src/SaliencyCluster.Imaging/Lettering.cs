using SkiaSharp;

namespace SaliencyCluster.Imaging;

/// <summary>The font of pictures: built in, so that text looks the same on every machine, also where no fonts are installed.</summary>
internal static class Lettering
{
    private static readonly SKTypeface Typeface = Load();

    /// <summary>Gets the font at a size in pixels; the caller disposes it.</summary>
    public static SKFont Font(float size) => new(Typeface, size) { Subpixel = true, Edging = SKFontEdging.Antialias };

    /// <summary>Shortens a text with an ellipsis until it fits.</summary>
    public static string Fit(string text, SKFont font, float width)
    {
        if (font.MeasureText(text) <= width) return text;
        var length = text.Length;
        while (length > 1 && font.MeasureText(text[..length] + "…") > width) length--;
        return text[..length] + "…";
    }

    private static SKTypeface Load()
    {
        using var stream = typeof(Lettering).Assembly.GetManifestResourceStream("DejaVuSans.subset.ttf")
            ?? throw new InvalidOperationException("The built-in font is missing from the assembly.");
        return SKTypeface.FromStream(stream);
    }
}
