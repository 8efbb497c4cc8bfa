namespace SaliencyCluster.Autodiff.Graphs;

/// <summary>Arithmetic of static shapes.</summary>
internal static class Shapes
{
    public static long Count(this ReadOnlySpan<long> shape)
    {
        var product = 1L;
        foreach (var d in shape) product = checked(product * d);
        return product;
    }

    public static long Count(this long[] shape) => Count((ReadOnlySpan<long>)shape);

    /// <summary>The shape of an elementwise operator's result, by ONNX's multidirectional broadcasting.</summary>
    public static long[] Broadcast(long[] a, long[] b)
    {
        var result = new long[Math.Max(a.Length, b.Length)];
        for (var i = 1; i <= result.Length; i++)
        {
            var (x, y) = (i <= a.Length ? a[^i] : 1, i <= b.Length ? b[^i] : 1);
            if (x != y && x != 1 && y != 1)
                throw new ArgumentException($"Shapes [{string.Join(',', a)}] and [{string.Join(',', b)}] do not broadcast.");
            result[^i] = x == 1 ? y : x;
        }
        return result;
    }

    /// <summary>An axis counted from the end made one counted from the start.</summary>
    public static int Axis(long axis, int rank) => (int)(axis < 0 ? axis + rank : axis);

    public static int[] Axes(IEnumerable<long> axes, int rank) => [.. axes.Select(a => Axis(a, rank)).Order()];

    /// <summary>The shape after a reduction over <paramref name="axes"/>.</summary>
    public static long[] Reduced(long[] shape, int[] axes, bool keep) => keep
        ? [.. shape.Select((d, i) => axes.Contains(i) ? 1 : d)]
        : [.. shape.Where((_, i) => !axes.Contains(i))];

    public static int[] Range(int from, int to) => [.. Enumerable.Range(from, Math.Max(0, to - from))];

    public static long[] With(this long[] shape, int axis, long size)
    {
        var result = (long[])shape.Clone();
        result[axis] = size;
        return result;
    }
}
