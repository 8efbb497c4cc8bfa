using System.Runtime.InteropServices;
using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Autodiff.Rules;
using SaliencyCluster.Onnx;
using SaliencyCluster.Tiles.Convolutions;
using SaliencyCluster.Tiles.Operators;

namespace SaliencyCluster.Autodiff.PackedForms;

/// <summary>A convolution, or transposed convolution, that an operator on packed tensors can do.</summary>
/// <param name="Node">The node.</param>
/// <param name="Geometry">The convolution; of a transposed one, that whose gradient it is.</param>
/// <param name="Direction">What of it is computed.</param>
internal sealed record PackedConv(GraphNode Node, ConvolutionGeometry Geometry, ConvolutionDirection Direction)
{
    // So few channels would be padding mostly: they are made in float32, phases of a stride beside each other.
    private const int FewChannels = 4, MaxPhaseChannels = 64;

    /// <summary>Gets the plan.</summary>
    public ConvolutionPlan Plan { get; } = new ConvolutionSizes(Geometry, Direction, 1, 0, 0, new()).Plan;

    /// <summary>Gets whether its result is float32.</summary>
    public bool ReturnsFloats { get; private init; }

    /// <summary>Gets the products that are summed in one run.</summary>
    public long MultiplyAdds => Saturating.Product(Node.Outputs[0]!.Shape[0], Geometry.MultiplyAdds);

    /// <summary>Finds out whether a node is one.</summary>
    public static PackedConv? Find(GraphNode node)
    {
        if (node.Op is not ("Conv" or "ConvTranspose") || node.Int("group", 1) != 1) return null;
        if (node.Inputs[0] is not { Rank: 4, Type.Element: ElementType.Float } x) return null;
        if (node.Inputs[1] is not { Constant: not null } weight) return null;
        if (node.Inputs.Count > 2 && node.Inputs[2] is { Constant: null }) return null;
        var y = node.Outputs[0]!;
        if (Math.Max(Saturating.Product(x.Type.Count, 64), Saturating.Product(weight.Type.Count, 16)) > int.MaxValue) return null;
        return node.Op == "Conv" ? Forward(node, x, weight, y) : Transposed(node, x, weight, y);
    }

    /// <summary>Gets the packed weights.</summary>
    public Value Weights(GraphBuilder graph)
    {
        var packed = new ushort[Plan.WeightElements];
        Plan.PackWeights(Node.Inputs[1]!.Constant!.As<float>(), packed);
        return graph.Constant(new(new(ElementType.UInt16, [packed.Length]), MemoryMarshal.AsBytes<ushort>(packed).ToArray()));
    }

    /// <summary>Gets the bias, one for each channel with those of padding.</summary>
    public Value Bias(GraphBuilder graph)
    {
        var bias = new float[Plan.BiasElements];
        if (Node.Inputs.Count > 2 && Node.Inputs[2]?.Constant is { } given) given.As<float>().CopyTo(bias);
        return graph.Constant(ConstantTensor.Of([bias.Length], bias));
    }

    private static PackedConv? Forward(GraphNode node, Value x, Value weight, Value y)
    {
        var window = Window.Of(node, weight.Shape[2..], x.Shape[2..], y.Shape[2..]);
        if (window.Strides[0] != window.Strides[1] || window.Dilations.Any(d => d != 1)) return null;
        var geometry = Geometrical(x.Shape, y.Shape, window.Kernel, window.Strides[0], window.Before);
        return new(node, geometry, ConvolutionDirection.Forward) { ReturnsFloats = geometry.Outputs <= FewChannels };
    }

    private static PackedConv? Transposed(GraphNode node, Value x, Value weight, Value y)
    {
        if (node.Text("auto_pad", "NOTSET") != "NOTSET" || node.Ints("output_shape") is { Length: > 0 }) return null;
        var (strides, pads) = (node.Ints("strides") ?? [1, 1], node.Ints("pads") ?? new long[4]);
        if (strides[0] != strides[1] || (node.Ints("dilations") ?? [1, 1]).Any(d => d != 1)) return null;
        if (y.Shape[2] < strides[0] || y.Shape[3] < strides[0]) return null;
        var geometry = Geometrical(y.Shape, x.Shape, weight.Shape[2..], strides[0], pads[..2]);
        if (geometry.Channels > FewChannels) return new(node, geometry, ConvolutionDirection.Backward);
        if (geometry.Channels * strides[0] * strides[0] > MaxPhaseChannels || node.Inputs.Count > 2) return null;
        return new(node, geometry, ConvolutionDirection.ByPhases) { ReturnsFloats = true };
    }

    private static ConvolutionGeometry Geometrical(long[] input, long[] output, long[] kernel, long stride, long[] before) => new(
        (int)input[1], (int)input[2], (int)input[3], (int)output[1], (int)output[2], (int)output[3], (int)kernel[0], (int)kernel[1],
        (int)stride, (int)before[0], (int)before[1]);
}
