using SaliencyCluster.Onnx.Shapes;
using SaliencyCluster.Onnx.Tensors;

namespace SaliencyCluster.Onnx.Batching;

/// <summary>
/// Where the batch goes in a reshape. In memory order the index of the image comes after the axes before it and before everything
/// else; so it can lie along output axis k only where the output's axes before k have just as many elements as the input's.
/// </summary>
internal static class BatchReshape
{
    /// <summary>The output axis that fits the shape which the node makes.</summary>
    public static int Axis(BatchContext c)
    {
        var made = c.OutputShape;
        foreach (var k in Candidates(c))
            if (Scaled(c, k).AsSpan().SequenceEqual(made)) return k;
        throw c.Mixed($"the shape {OpContext.Text(made)} does not keep images apart");
    }

    /// <summary>The shape that a Reshape should make, given the one that its written target makes (null: none that fits).</summary>
    /// <remarks>
    /// A target of [1,-1], written at batch 1, makes [1, 2 * n] of two images: they stay apart, but no layer that follows could take
    /// them. So an axis of size 1 is preferred to one that merges the batch with something else, where both are possible.
    /// </remarks>
    public static long[] Wanted(BatchContext c, long[]? made)
    {
        var candidates = Candidates(c).ToList();
        if (candidates.Count == 0) throw c.Mixed("no axis of its result has room for the batch");
        var asIs = candidates.FindIndex(k => made is not null && Scaled(c, k).AsSpan().SequenceEqual(made));
        var alone = candidates.FindIndex(k => c.OutputAtOne[k] == 1);
        var best = asIs >= 0 && (alone < 0 || c.OutputAtOne[candidates[asIs]] == 1) ? asIs : Math.Max(alone, 0);
        return Scaled(c, candidates[best]);
    }

    private static IEnumerable<int> Candidates(BatchContext c)
    {
        var before = Limits.Count(c.ShapeAtOne(0).AsSpan(..(c.AxisOf(0) ?? throw c.Mixed("its input does not depend on the image"))));
        return Enumerable.Range(0, c.OutputAtOne.Length).Where(k => Limits.Count(c.OutputAtOne.AsSpan(..k)) == before);
    }

    private static long[] Scaled(BatchContext c, int axis) => [.. c.OutputAtOne.Select((d, i) => i == axis ? d * c.Batch : d)];
}
