using SaliencyCluster.Attribution.Planes;

namespace SaliencyCluster.Imaging.HeatMaps;

/// <summary>The rows of a plane at another size, made one at a time: bilinear with half-pixel centres, borders repeat, as <see cref="Resizing"/>.</summary>
internal sealed class EnlargedRows
{
    private readonly Plane _plane;
    private readonly int _height;
    private readonly (int Low, int High, double Fraction)[] _columns;
    private readonly double[] _row;

    public EnlargedRows(Plane plane, int height, int width)
    {
        (_plane, _height, _row) = (plane, height, new double[width]);
        _columns = [.. Enumerable.Range(0, width).Select(x => Resizing.Neighbours(x, width, plane.Width))];
    }

    /// <summary>Gets a row; it is overwritten by the next one.</summary>
    public ReadOnlySpan<double> At(int y)
    {
        if (_plane.Height == _height && _plane.Width == _row.Length) return _plane.Row(y);
        var (low, high, fraction) = Resizing.Neighbours(y, _height, _plane.Height);
        var top = _plane.Row(low);
        var bottom = _plane.Row(high);
        for (var x = 0; x < _row.Length; x++)
        {
            var (left, right, part) = _columns[x];
            var above = (top[left] * (1 - part)) + (top[right] * part);
            var below = (bottom[left] * (1 - part)) + (bottom[right] * part);
            _row[x] = (above * (1 - fraction)) + (below * fraction);
        }
        return _row;
    }
}
