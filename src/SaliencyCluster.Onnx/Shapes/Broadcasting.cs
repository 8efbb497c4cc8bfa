namespace SaliencyCluster.Onnx.Shapes;

/// <summary>Numpy's rule for shapes of different rank.</summary>
internal static class Broadcasting
{
    /// <summary>The common type of all inputs from <paramref name="first"/> on; they must agree in element type.</summary>
    public static TensorType All(OpContext c, int first)
    {
        var result = c.Type(first);
        for (var i = first + 1; i < c.Inputs.Count; i++)
        {
            if (c.Type(i).Element != result.Element) throw c.Bad($"element types {result.Element} and {c.Type(i).Element} differ");
            result = result with { Shape = Shapes(c, result.Shape, c.Shape(i)) };
        }
        return result;
    }

    public static long[] Shapes(OpContext c, ReadOnlySpan<long> a, ReadOnlySpan<long> b)
    {
        var result = new long[Math.Max(a.Length, b.Length)];
        for (var i = 1; i <= result.Length; i++)
        {
            var (da, db) = (i <= a.Length ? a[^i] : 1, i <= b.Length ? b[^i] : 1);
            result[^i] = da == db || db == 1 ? da : da == 1 ? db
                : throw c.Bad($"shapes {OpContext.Text([.. a])} and {OpContext.Text([.. b])} do not broadcast");
        }
        return result;
    }
}
