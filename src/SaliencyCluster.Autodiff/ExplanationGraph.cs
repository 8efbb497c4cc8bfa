namespace SaliencyCluster.Autodiff;

/// <summary>
/// An ONNX model that evaluates a micro-batch of points of B images-to-be:
/// <list type="table">
/// <item><term>in <c>point [B,...image]</c></term><description>the images at which the network is evaluated</description></item>
/// <item><term>in <c>output_gradient [B,...output]</c></term><description>score of point b = sum of output_gradient[b] times output[b]; a one-hot row selects a class</description></item>
/// <item><term>in <c>weight [K,B]</c></term><description>row k sums the maps of the points with these weights; absent for <see cref="PointMap.None"/></description></item>
/// <item><term>in <c>multiplier [B,...map]</c></term><description>only where the spec asks</description></item>
/// <item><term>out <c>score [B]</c></term><description>score of each point</description></item>
/// <item><term>out <c>output [B,...output]</c></term><description>the explained output itself; only for <see cref="PointMap.None"/></description></item>
/// <item><term>out <c>partial [K,...map]</c></term><description>weight times maps</description></item>
/// <item><term>out <c>partial_squared [K,...map]</c></term><description>weight times squared maps, where the spec asks</description></item>
/// </list>
/// </summary>
/// <param name="Spec">What was asked.</param>
/// <param name="ModelHash">Hash of the explained model.</param>
/// <param name="Model">The serialized ONNX model; standard operators only, static shapes.</param>
/// <param name="MapShape">Shape of one point's map without batch; empty for <see cref="PointMap.None"/>.</param>
/// <param name="OutputShape">Shape of the explained output without batch, such as <c>[1000]</c>.</param>
/// <param name="OutputTensor">The tensor that is explained, such as <c>logits</c>.</param>
/// <param name="SkippedSoftmax">Whether a final Softmax was left out, so that logits are explained.</param>
/// <param name="MultiplyAdds">Multiply-adds of one run in convolutions and matrix products, both passes.</param>
public sealed record ExplanationGraph(
    ExplanationSpec Spec,
    string ModelHash,
    ReadOnlyMemory<byte> Model,
    IReadOnlyList<long> MapShape,
    IReadOnlyList<long> OutputShape,
    string OutputTensor,
    bool SkippedSoftmax,
    long MultiplyAdds)
{
    /// <summary>Gets the most bytes of tensors that are alive at the same time in one run, weights not among them.</summary>
    public long LiveBytes { get; init; }

    /// <summary>Gets the bytes that follow from weights alone and are in memory after loading, beside the weights themselves.</summary>
    public long FoldedBytes { get; init; }

    /// <summary>Gets how many of <see cref="MultiplyAdds"/> are products of bf16 numbers.</summary>
    public long PackedMultiplyAdds { get; init; }

    /// <summary>Gets about how many operations one run takes, those of every operator.</summary>
    public long Operations { get; init; }
}
