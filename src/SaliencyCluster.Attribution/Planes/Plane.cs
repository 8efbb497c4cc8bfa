using System.Numerics;

namespace SaliencyCluster.Attribution.Planes;

/// <summary>A two-dimensional array in double precision: one channel of an image or a map reduced over its channels.</summary>
/// <param name="Height">Rows, at least 1.</param>
/// <param name="Width">Columns, at least 1.</param>
/// <param name="Values">Elements, rows first; its length is <paramref name="Height"/> times <paramref name="Width"/>. Treat as immutable.</param>
public sealed record Plane(int Height, int Width, double[] Values)
{
    /// <summary>Makes a plane by a function of row and column.</summary>
    public static Plane Of(int height, int width, Func<int, int, double> value)
    {
        var values = new double[height * width];
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                values[(y * width) + x] = value(y, x);
        return new(height, width, values);
    }

    /// <summary>Gets the element of a row and a column.</summary>
    public double this[int row, int column] => Values[(row * Width) + column];

    /// <summary>Gets the elements of a row.</summary>
    public ReadOnlySpan<double> Row(int row) => Values.AsSpan(row * Width, Width);

    /// <summary>Applies a function to every element.</summary>
    public Plane Select(Func<double, double> function) => new(Height, Width, Array.ConvertAll(Values, v => function(v)));

    /// <summary>Multiplies two planes of one size element by element.</summary>
    public Plane Times(Plane other)
    {
        RequireSameSize(other);
        var (values, i) = (new double[Values.Length], 0);
        for (; i <= values.Length - Vector<double>.Count; i += Vector<double>.Count)
            (new Vector<double>(Values, i) * new Vector<double>(other.Values, i)).CopyTo(values, i);
        for (; i < values.Length; i++) values[i] = Values[i] * other.Values[i];
        return new(Height, Width, values);
    }

    /// <summary>Combines two planes of one size element by element.</summary>
    public Plane Zip(Plane other, Func<double, double, double> function)
    {
        RequireSameSize(other);
        var values = new double[Values.Length];
        for (var i = 0; i < values.Length; i++) values[i] = function(Values[i], other.Values[i]);
        return new(Height, Width, values);
    }

    private void RequireSameSize(Plane other)
    {
        if (other.Height != Height || other.Width != Width)
            throw new ArgumentException($"A plane of {other.Height}x{other.Width} does not fit one of {Height}x{Width}.", nameof(other));
    }
}
