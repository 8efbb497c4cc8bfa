using SaliencyCluster.Onnx.Shapes;
using SaliencyCluster.Onnx.Tensors;

namespace SaliencyCluster.Onnx.Batching;

/// <summary>
/// Where the batch goes in a reshape. In memory order the index of the image comes after a number of elements, which is the same before
/// and after; so it can lie in output axis k only where the axes before k have a divisor of that many, and the rest is a part of axis k.
/// </summary>
internal static class BatchReshape
{
    /// <summary>The place that fits the shape which the node makes.</summary>
    public static BatchPlace Place(BatchContext c)
    {
        foreach (var place in Candidates(c))
            if (Scaled(c, place).AsSpan().SequenceEqual(c.OutputShape)) return place;
        throw c.Mixed($"the shape {OpContext.Text(c.OutputShape)} does not keep images apart");
    }

    /// <summary>The shape that a Reshape should make, given the one that its written target makes (null: none that fits).</summary>
    /// <remarks>
    /// A target of [1,-1], written at batch 1, makes [1, 2 * n] of two images: they stay apart, but no layer that follows could take
    /// them. So what is written is kept only if no better place is there: best is an axis of images alone, then one that begins with the
    /// batch, then one that ends with it; the last axis, which holds features, comes last. A wrong guess only costs the proof.
    /// </remarks>
    public static long[] Wanted(BatchContext c, long[]? made)
    {
        var shapes = Candidates(c).Select(place => (Rank: Rank(c, place), Shape: Scaled(c, place))).OrderBy(s => s.Rank).ToList();
        if (shapes.Count == 0) throw c.Mixed("no axis of its result has room for the batch");
        var asWritten = shapes.FindIndex(s => made is not null && s.Shape.AsSpan().SequenceEqual(made));
        return asWritten >= 0 && (shapes[asWritten].Rank == 0 || shapes[0].Rank > 0) ? shapes[asWritten].Shape : shapes[0].Shape;
    }

    private static int Rank(BatchContext c, BatchPlace place) =>
        c.ReferenceOutput[place.Axis] == c.From ? 0 : place.Axis == c.ReferenceOutput.Length - 1 ? 3 : place.Outer == 1 ? 1 : 2;

    private static IEnumerable<BatchPlace> Candidates(BatchContext c)
    {
        var place = c.Op.Operand(0).Batch ?? throw c.Mixed("its input does not depend on the image");
        var before = Limits.Count(c.ReferenceShape(0).AsSpan(..place.Axis)) * place.Outer;
        for (var k = 0; k < c.ReferenceOutput.Length; k++)
        {
            var prefix = Limits.Count(c.ReferenceOutput.AsSpan(..k));
            if (prefix > 0 && before % prefix == 0 && c.ReferenceOutput[k] % (Math.Max(1, before / prefix) * c.From) == 0)
                yield return new(k, before / prefix);
        }
    }

    private static long[] Scaled(BatchContext c, BatchPlace place) =>
        [.. c.ReferenceOutput.Select((d, i) => i == place.Axis ? c.Scaled(d) : d)];
}
