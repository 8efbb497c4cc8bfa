using SaliencyCluster.Attribution.Noise;
using SaliencyCluster.Attribution.Requests;

namespace SaliencyCluster.Attribution.Ascents;

/// <summary>A copy of an image that is moved, enlarged and turned about its middle; beyond the edges the image is mirrored.</summary>
/// <remarks>Linear: <see cref="Spread"/> is the exact adjoint of <see cref="Of"/>.</remarks>
internal sealed class ImageCopy
{
    private const int Stream = 11; // of the counter, see docs/noise.md

    private readonly int _height, _width;
    private readonly double _down, _right, _sine, _cosine;
    private readonly bool _isWhole;

    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="down">Rows that it is moved.</param>
    /// <param name="right">Columns that it is moved.</param>
    /// <param name="scale">How much larger it is.</param>
    /// <param name="turn">How far it is turned, in degrees from -180 to 180.</param>
    public ImageCopy(int height, int width, double down, double right, double scale, double turn)
    {
        (_height, _width, _down, _right) = (height, width, down, right);
        var (sine, cosine) = Angles.Of(turn * Math.PI / 180);
        (_sine, _cosine) = (sine / scale, cosine / scale);
        _isWhole = (down, right, scale, turn) == (0, 0, 1, 0);
    }

    /// <summary>Draws a copy: uniformly, and the same wherever it is drawn.</summary>
    public static ImageCopy Drawn(AscentSpec spec, int height, int width, ulong seed, uint image, int step, int copy)
    {
        var (r0, r1, r2, r3) = Philox.Block((uint)copy, (uint)step, image, Stream, (uint)seed, (uint)(seed >> 32));
        return new(
            height, width, Whole(r0), Whole(r1), 1 + (spec.Zoom * Between(r2)), spec.Turn * Between(r3));

        int Whole(uint bits) => (int)((ulong)bits * (uint)((2 * spec.Jitter) + 1) >> 32) - spec.Jitter;
        static double Between(uint bits) => ((bits + 0.5) / 2147483648.0) - 1;
    }

    /// <summary>Makes the copy of every plane of an image.</summary>
    public float[] Of(float[] image)
    {
        if (_isWhole) return image;
        var copy = new float[image.Length];
        for (var i = 0; i < _height * _width; i++)
        {
            var from = Places(i);
            for (var at = 0; at < image.Length; at += _height * _width)
            {
                var sum = 0.0;
                foreach (var (place, weight) in from) sum += weight * image[at + place];
                copy[at + i] = (float)sum;
            }
        }
        return copy;
    }

    /// <summary>Adds the gradient at the image that a gradient at its copy gives.</summary>
    public void Spread(ReadOnlySpan<float> atCopy, Span<double> atImage)
    {
        for (var i = 0; i < _height * _width; i++)
        {
            var from = Places(i);
            for (var at = 0; at < atImage.Length; at += _height * _width)
                foreach (var (place, weight) in from) atImage[at + place] += weight * atCopy[at + i];
        }
    }

    // The four neighbours of where a place of the copy comes from.
    private Neighbours Places(int place)
    {
        double middleY = (_height - 1) / 2.0, middleX = (_width - 1) / 2.0;
        double dy = (place / _width) - middleY - _down, dx = (place % _width) - middleX - _right;
        var y = middleY + (_cosine * dy) - (_sine * dx);
        var x = middleX + (_sine * dy) + (_cosine * dx);
        double top = Math.Floor(y), left = Math.Floor(x), below = y - top, beside = x - left;
        int y0 = Mirrored((int)top, _height), y1 = Mirrored((int)top + 1, _height);
        int x0 = Mirrored((int)left, _width), x1 = Mirrored((int)left + 1, _width);
        Neighbours found = default;
        found[0] = ((y0 * _width) + x0, (1 - below) * (1 - beside));
        found[1] = ((y0 * _width) + x1, (1 - below) * beside);
        found[2] = ((y1 * _width) + x0, below * (1 - beside));
        found[3] = ((y1 * _width) + x1, below * beside);
        return found;
    }

    private static int Mirrored(int at, int size)
    {
        if (size == 1) return 0;
        var period = 2 * (size - 1);
        at = ((at % period) + period) % period;
        return at < size ? at : period - at;
    }

    [System.Runtime.CompilerServices.InlineArray(4)]
    private struct Neighbours
    {
        private (int Place, double Weight) _first;
    }
}
