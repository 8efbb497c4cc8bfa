using Google.Protobuf;
using SaliencyCluster.Onnx.Schema;

namespace SaliencyCluster.Runtime.Health;

/// <summary>
/// A model of one node: a 3x3 convolution of one pixel. A convolution, since a GPU needs most for it: driver, CUDA, cuBLAS and, only when the
/// first one runs, cuDNN. Its numbers are small integers, so that every precision gives the same answer.
/// </summary>
internal static class ProofModel
{
    public const string Input = "x", Output = "y";

    /// <summary>The image that is asked about, <see cref="Shape"/>.</summary>
    public static readonly float[] Image = [1, 2, 3, 4, 5, 6, 7, 8, 9];

    public static readonly long[] Shape = [1, 1, 3, 3];

    /// <summary>What must come out.</summary>
    public const float Answer = 45;

    /// <summary>The serialized model.</summary>
    public static readonly byte[] Bytes = Make();

    private static byte[] Make()
    {
        var graph = new GraphProto { Name = "proof" };
        graph.Input.Add(Tensor(Input, 3));
        graph.Output.Add(Tensor(Output, 1));
        graph.Initializer.Add(new TensorProto { Name = "w", DataType = 1, Dims = { Shape }, FloatData = { Enumerable.Repeat(1f, 9) } });
        graph.Node.Add(new NodeProto { Name = "proof", OpType = "Conv", Input = { Input, "w" }, Output = { Output } });
        return new ModelProto { IrVersion = 8, Graph = graph, OpsetImport = { new OperatorSetIdProto { Version = 18 } } }.ToByteArray();
    }

    private static ValueInfoProto Tensor(string name, long size)
    {
        var shape = new TensorShapeProto();
        foreach (var d in (long[])[1, 1, size, size]) shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = d });
        return new() { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = 1, Shape = shape } } };
    }
}
