using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.Rules;

/// <summary>
/// The weights of a convolution turned round: <c>[M, C/g, k..]</c> becomes <c>[C, M/g, k.. reversed]</c>, so that the
/// gradient of a stride-1 convolution is an ordinary convolution, for which runtimes have their fastest kernels.
/// </summary>
internal static class FlippedWeights
{
    public static Value Of(GraphBuilder graph, ConstantTensor weight, long groups)
    {
        var shape = weight.Type.Shape;
        var (outs, ins, taps) = (shape[0] / groups, shape[1], shape[2..].Count());
        var type = new TensorType(weight.Type.Element, [ins * groups, outs, .. shape[2..]]);
        return graph.Constant(weight.Type.Element == ElementType.Double
            ? new(type, Bytes(Flip(weight.As<double>(), groups, outs, ins, taps)))
            : new(type, Bytes(Flip(weight.As<float>(), groups, outs, ins, taps))));
    }

    private static T[] Flip<T>(ReadOnlySpan<T> from, long groups, long outs, long ins, long taps)
    {
        var to = new T[from.Length];
        for (var g = 0L; g < groups; g++)
            for (var m = 0L; m < outs; m++)
                for (var c = 0L; c < ins; c++)
                {
                    var source = (int)(((((g * outs) + m) * ins) + c) * taps);
                    var target = (int)(((((g * ins) + c) * outs) + m) * taps);
                    for (var t = 0; t < taps; t++) to[target + (int)taps - 1 - t] = from[source + t];
                }
        return to;
    }

    private static byte[] Bytes<T>(T[] values) where T : unmanaged =>
        System.Runtime.InteropServices.MemoryMarshal.AsBytes<T>(values).ToArray();
}
