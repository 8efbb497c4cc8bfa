using Microsoft.Playwright;

namespace SaliencyCluster.Browser.Tests.Browsers;

/// <summary>Where the pixels of a picture are on a canvas that shows all of it.</summary>
public static class Spot
{
    /// <summary>Gets the middle of a pixel, from the canvas's upper left corner.</summary>
    /// <param name="canvas">The canvas.</param>
    /// <param name="x">The column.</param>
    /// <param name="y">The row.</param>
    /// <param name="side">How many pixels the square picture has in a row.</param>
    public static async Task<Position> OfPixelAsync(ILocator canvas, int x, int y, int side)
    {
        var box = (await canvas.BoundingBoxAsync())!;
        var pixel = Math.Min(box.Width, box.Height) / side;
        return new() { X = (box.Width - pixel * side) / 2 + (x + 0.5f) * pixel, Y = (box.Height - pixel * side) / 2 + (y + 0.5f) * pixel };
    }
}
