using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Autodiff.Rules;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.TieBreaking;

/// <summary>
/// A convolution of the image that is some 200 times as exact as float32, by float32 convolutions, as ONNX Runtime has none
/// in double: inputs and weights are split into leading and remaining bits. The leading parts have so few bits that float32
/// adds their products without any rounding; the remaining ones are small, and so is their rounding. Both are added in
/// double. (The splitting of Dekker, 1971, applied to sums as by Ozaki et al., 2012.)
/// </summary>
internal static class SplitConv
{
    // A sum of K products is exact if log2(K), the bits of the inputs and the bits of the weights are at most the 24 of a float.
    // Inputs keep 8 to 9 bits, see Leading.
    private const int FloatBits = 24, InputBits = 9, MinWeightBits = 6;

    public static bool Suits(GraphNode conv) => conv.Int("group", 1) == 1
        && conv.Inputs[0] is { Rank: 4, Type.Element: ElementType.Float } && conv.Inputs[1]!.Constant is { } weight
        && (conv.Inputs.Count < 3 || conv.Inputs[2] is null or { Constant: not null }) && WeightBits(weight) >= MinWeightBits;

    /// <summary>Multiply-adds of the convolution itself for one image.</summary>
    public static long Products(GraphNode conv) => conv.Outputs[0]!.Shape[1..].Count() * conv.Inputs[1]!.Shape[1..].Count();

    /// <summary>Appends it and gives its result in double.</summary>
    public static Value Append(GraphNode conv)
    {
        var (x, weight) = (conv.Inputs[0]!, conv.Inputs[1]!.Constant!);
        var graph = x.Graph;
        var (leadingX, leadingWeight) = (Leading(x), Leading(weight));
        var restWeight = Zip(weight, leadingWeight, (w, lead) => w - lead);

        // x w = lead(x) lead(w) + [ lead(x) rest(w) + rest(x) w ], the bracket as one convolution of twice the channels.
        var exact = Conv(leadingX, leadingWeight);
        var small = Conv(graph.Concat([leadingX, x - leadingX], 1), ConcatChannels(restWeight, weight));
        var sum = graph.Cast(exact, ElementType.Double) + graph.Cast(small, ElementType.Double);
        return conv.Inputs.Count > 2 && conv.Inputs[2] is { } bias
            ? sum + graph.Floats(ElementType.Double, [bias.Shape[0], 1, 1], Constants.Doubles(bias.Constant!))
            : sum;

        Value Conv(Value input, ConstantTensor kernel) =>
            graph.Node("Conv", [input, graph.Constant(kernel)], [conv.Outputs[0]!.Type], conv.Attributes, [])[0]!;
    }

    // Adding and subtracting a large number leaves the bits above its last one: here at most 342 steps for each image's largest
    // pixel. What is left of it is the same for a point whatever other points are in the run.
    private static Value Leading(Value x)
    {
        var largest = x.Graph.Reduce("ReduceMax", x.Graph.Unary("Abs", x), [1, 2, 3], keep: true);
        var large = largest * (1.5 * (1 << (FloatBits - InputBits)));
        return x + large - large;
    }

    // The same for each output channel, whose weights are known.
    private static ConstantTensor Leading(ConstantTensor weight)
    {
        var values = weight.As<float>();
        var result = new float[values.Length];
        var (bits, terms) = (WeightBits(weight), (int)weight.Type.Shape[1..].Count());
        for (var first = 0; first < values.Length; first += terms)
        {
            var largest = 0f;
            foreach (var w in values.Slice(first, terms)) largest = Math.Max(largest, Math.Abs(w));
            if (largest == 0) continue;
            var step = Math.ScaleB(1.0, Math.ILogB(largest) + 1 - bits);
            for (var i = first; i < first + terms; i++) result[i] = (float)(Math.Round(values[i] / step) * step);
        }
        return ConstantTensor.Of(weight.Type.Shape, result);
    }

    private static int WeightBits(ConstantTensor weight) =>
        FloatBits - InputBits - (int)Math.Ceiling(Math.Log2(weight.Type.Shape[1..].Count()));

    private static ConstantTensor Zip(ConstantTensor a, ConstantTensor b, Func<float, float, float> combine)
    {
        var left = a.As<float>();
        var right = b.As<float>();
        var result = new float[left.Length];
        for (var i = 0; i < result.Length; i++) result[i] = combine(left[i], right[i]);
        return ConstantTensor.Of(a.Type.Shape, result);
    }

    private static ConstantTensor ConcatChannels(ConstantTensor a, ConstantTensor b)
    {
        var left = a.As<float>();
        var right = b.As<float>();
        var terms = (int)a.Type.Shape[1..].Count();
        var result = new float[2 * left.Length];
        for (var m = 0; m * terms < left.Length; m++)
        {
            left.Slice(m * terms, terms).CopyTo(result.AsSpan(2 * m * terms));
            right.Slice(m * terms, terms).CopyTo(result.AsSpan((2 * m + 1) * terms));
        }
        return ConstantTensor.Of(a.Type.Shape.With(1, 2 * a.Type.Shape[1]), result);
    }
}
