using SaliencyCluster.Autodiff;
using SaliencyCluster.Onnx.Schema;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Runtime.Tests;

/// <summary>Explanation graphs written by hand, so that these tests need no compiler.</summary>
internal static class HandGraphs
{
    /// <summary>Score of x in [4] is sum(seed * x^2); its map is 2 * seed * x.</summary>
    public static ExplanationGraph Square(int batch, string model = "square", int padding = 0)
    {
        var builder = new ModelBuilder().Input("point", batch, 4).Input("output_gradient", batch, 4).Input("weight", 1, batch)
            .Longs("axes", 1).Weight("two", [1], 2f)
            .Node("Mul", "point point", "squares").Node("Mul", "squares output_gradient", "terms").Node("ReduceSum", "terms axes", "score", ("keepdims", 0))
            .Node("Mul", "point output_gradient", "half").Node("Mul", "half two", "maps").Node("MatMul", "weight maps", "partial")
            .Output("score", batch).Output("partial", 1, 4);
        // Weight that nothing removes: it takes part in the score with factor zero in the end.
        if (padding > 0) builder.Weight("ballast", [padding], new float[padding]).Output("ballast_out", padding).Node("Identity", "ballast", "ballast_out");
        return Graph(builder, model, batch, [4], [4]);
    }

    /// <summary>Two convolutions over [3,16,16] and a sum: enough arithmetic that another order of additions would show.</summary>
    public static ExplanationGraph Convolutions(int batch)
    {
        var random = new Random(7);
        float[] Draw(int n) => [.. Enumerable.Range(0, n).Select(_ => random.NextSingle() - 0.5f)];
        var builder = new ModelBuilder().Input("point", batch, 3, 16, 16).Input("output_gradient", batch, 16).Input("weight", 1, batch)
            .Weight("w1", [16, 3, 3, 3], Draw(16 * 27)).Weight("w2", [16, 16, 3, 3], Draw(16 * 16 * 9)).Weight("w3", [3, 16, 3, 3], Draw(3 * 16 * 9))
            .Longs("axes", 1).Longs("flat", batch, 3 * 16 * 16).Longs("map", 1, 3, 16, 16)
            .Node("Conv", "point w1", "c1", ("pads", (long[])[1, 1, 1, 1])).Node("Relu", "c1", "r1")
            .Node("Conv", "r1 w2", "c2", ("pads", (long[])[1, 1, 1, 1])).Node("Relu", "c2", "r2")
            .Node("GlobalAveragePool", "r2", "pool").Node("Flatten", "pool", "features")
            .Node("Mul", "features output_gradient", "terms").Node("ReduceSum", "terms axes", "score", ("keepdims", 0))
            .Node("Conv", "r2 w3", "c3", ("pads", (long[])[1, 1, 1, 1])).Node("Reshape", "c3 flat", "maps")
            .Node("MatMul", "weight maps", "sum").Node("Reshape", "sum map", "partial")
            .Output("score", batch).Output("partial", 1, 3, 16, 16);
        return Graph(builder, "convolutions", batch, [3, 16, 16], [16]);
    }

    /// <summary>Runs for hours unless it is stopped: a loop over two nodes.</summary>
    public static ExplanationGraph Endless()
    {
        var body = new ModelBuilder().Output("condition_out").Output("value_out", 1, 4)
            .Node("Identity", "condition", "condition_out").Node("Neg", "value", "value_out");
        body.Graph.Name = "body";
        body.Graph.Input.Add(Scalar("iteration", 7));
        body.Graph.Input.Add(Scalar("condition", 9));
        body.Graph.Input.Add(new ModelBuilder().Input("value", 1, 4).Graph.Input[0]);
        body.Graph.Output[0] = Scalar("condition_out", 9);
        var builder = new ModelBuilder().Input("point", 1, 4).Input("output_gradient", 1, 4).Input("weight", 1, 1)
            .Weight("bound", [4], 1, 1, 1, 1).Node("ReduceMax", "point", "largest", ("keepdims", 0))
            .Node("Cast", "largest", "trips", ("to", 7)).Node("Loop", "trips _ point", "partial").Node("ReduceSum", "partial", "all", ("keepdims", 0))
            .Longs("one", 1).Node("Reshape", "all one", "score").Output("score", 1).Output("partial", 1, 4);
        builder.Graph.Node.Single(n => n.OpType == "Loop").Attribute.Add(
            new AttributeProto { Name = "body", Type = AttributeProto.Types.AttributeType.Graph, G = body.Graph });
        return Graph(builder, "endless", 1, [4], [4]);
    }

    private static ExplanationGraph Graph(ModelBuilder builder, string model, int batch, long[] image, long[] output) => new(
        new ExplanationSpec { ImageShape = image, MicroBatch = batch }, model, builder.ToBytes(), image, output, "output", SkippedSoftmax: false, MultiplyAdds: 1);

    private static ValueInfoProto Scalar(string name, int element) => new()
    {
        Name = name,
        Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = element, Shape = new TensorShapeProto() } },
    };
}
