using Google.Protobuf;
using SaliencyCluster.Onnx.Schema;

namespace SaliencyCluster.Runtime.Bench;

/// <summary>A product of two matrices of 1024 by 1024: the yardstick of everything convolutional.</summary>
internal static class MatrixProduct
{
    private const int Size = 1024;

    /// <summary>Gets the operations of one product; an addition and a multiplication count two.</summary>
    public const double Operations = 2.0 * Size * Size * Size;

    /// <summary>Makes a loop of products on as many threads as the device has lanes: cores that share caches, power and memory are slower together.</summary>
    public static PlainLoop Loop(int lanes, TimeProvider clock) => new(Model(), points: 1, lanes, clock);

    private static byte[] Model()
    {
        var model = new ModelProto { IrVersion = 8, Graph = new GraphProto { Name = "product" } };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = 13 });
        model.Graph.Node.Add(new NodeProto { OpType = "MatMul", Input = { "a", "b" }, Output = { "c" } });
        model.Graph.Input.Add([Value("a"), Value("b")]);
        model.Graph.Output.Add(Value("c"));
        return model.ToByteArray();
    }

    private static ValueInfoProto Value(string name)
    {
        var shape = new TensorShapeProto();
        shape.Dim.Add([new() { DimValue = Size }, new() { DimValue = Size }]);
        return new() { Name = name, Type = new() { TensorType = new() { ElemType = (int)TensorProto.Types.DataType.Float, Shape = shape } } };
    }
}
