namespace SaliencyCluster.Onnx.Shapes;

/// <summary>What a Slice takes along one axis.</summary>
/// <param name="Start">Index of the first element.</param>
/// <param name="Step">Distance to the next, negative to go backwards.</param>
/// <param name="Count">How many.</param>
internal readonly record struct SliceSpec(long Start, long Step, long Count)
{
    /// <summary>Reads a Slice node: one entry per axis of its input. Starts, ends, axes and steps became inputs with opset 10.</summary>
    public static SliceSpec[] Of(OpContext c)
    {
        var asInputs = c.Opset >= 10;
        var (starts, ends) = asInputs ? (c.Longs(1), c.Longs(2)) : (c.Ints("starts"), c.Ints("ends"));
        var axes = c.Axes((asInputs
            ? c.LongsOrNull(3) : c.IntsOrNull("axes")) ?? [.. Enumerable.Range(0, starts.Length).Select(i => (long)i)], c.X.Rank);
        var steps = (asInputs ? c.LongsOrNull(4) : null) ?? [.. Enumerable.Repeat(1L, starts.Length)];
        if (ends.Length != starts.Length || axes.Length != starts.Length || steps.Length != starts.Length)
            throw c.Bad($"{starts.Length} starts, {ends.Length} ends, {axes.Length} axes and {steps.Length} steps do not match");
        var result = c.X.Shape.Select(d => new SliceSpec(0, 1, d)).ToArray();
        for (var i = 0; i < axes.Length; i++)
            result[axes[i]] = steps[i] != 0 ? One(starts[i], ends[i], steps[i], c.X.Shape[axes[i]]) : throw c.Bad("a step is 0");
        return result;
    }

    // Negative positions count from the end, what lies outside is clamped; ONNX clamps a backward start to the first element.
    private static SliceSpec One(long start, long end, long step, long size)
    {
        if (size == 0) return new(0, step, 0);
        var (first, last) = step > 0
            ? (Math.Clamp(FromEnd(start), 0, size), Math.Clamp(FromEnd(end), 0, size))
            : (Math.Clamp(FromEnd(start), 0, size - 1), Math.Clamp(FromEnd(end), -1, size - 1));
        var span = step > 0 ? last - first : first - last;
        var stride = step == long.MinValue ? long.MaxValue : Math.Abs(step);
        return new(first, step, span <= 0 ? 0 : (span - 1) / stride + 1);

        long FromEnd(long i) => i < 0 ? i + size : i;
    }
}
