using System.Globalization;
using Google.Protobuf;
using SaliencyCluster.Onnx;
using SaliencyCluster.Onnx.Schema;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Autodiff.Tests.GradientChecks;

/// <summary>
/// The model of one spec: an image that is a flat row of numbers is cut into the operands, the node runs, and its outputs are
/// joined into one flat row. So every input's gradient comes out of one explanation of the image.
/// </summary>
internal static class SpecModel
{
    public static OnnxModel Build(GradSpec spec, int opset)
    {
        var builder = new ModelBuilder(opset);
        var operands = spec.Args.OfType<Operand>().ToArray();
        builder.Input("x", 1, operands.Sum(o => Explain.Size(o.Shape)));
        var (start, inputs) = (0L, new List<string>());
        foreach (var arg in spec.Args)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"arg{inputs.Count}");
            if (arg is Fixed known) builder.Graph.Initializer.Add(Tensor(name, known));
            if (arg is Operand operand)
            {
                var size = Explain.Size(operand.Shape);
                Cut(builder, opset, name + "_flat", start, start + size);
                Reshape(builder, name + "_flat", name, operand.Shape);
                start += size;
            }
            inputs.Add(arg is null ? "_" : name);
        }
        var outputs = Enumerable.Range(0, spec.Outputs).Select(i => $"out{i}").ToArray();
        builder.Node(spec.Op, string.Join(' ', inputs), string.Join(' ', outputs.Concat(Enumerable.Range(0, spec.IntegerOutputs).Select(i => $"unused{i}"))), spec.Attributes);
        builder.Graph.Node[^1].Domain = spec.Domain;
        foreach (var output in outputs) Reshape(builder, output, output + "_row", [1, -1]);
        builder.Node("Concat", string.Join(' ', outputs.Select(o => o + "_row")), "y", ("axis", 1));
        builder.Graph.Output.Add(new ValueInfoProto { Name = "y", Type = new() { TensorType = new() { ElemType = 1 } } });
        if (spec.Domain.Length > 0) builder.Proto.OpsetImport.Add(new OperatorSetIdProto { Domain = spec.Domain, Version = 1 });
        return ModelReader.Read(builder.ToBytes(), spec.Name);
    }

    private static void Cut(ModelBuilder builder, int opset, string name, long from, long to)
    {
        if (opset < 10)
        {
            builder.Node("Slice", "x", name, ("starts", new[] { from }), ("ends", new[] { to }), ("axes", new[] { 1L }));
            return;
        }
        builder.Longs(name + "_from", from).Longs(name + "_to", to).Longs(name + "_axis", 1);
        builder.Node("Slice", $"x {name}_from {name}_to {name}_axis", name);
    }

    private static void Reshape(ModelBuilder builder, string from, string to, long[] shape) =>
        builder.Longs(to + "_shape", shape).Node("Reshape", $"{from} {to}_shape", to);

    private static TensorProto Tensor(string name, Fixed known)
    {
        var bytes = known.Element switch
        {
            6 => known.Values.SelectMany(v => BitConverter.GetBytes((int)v)),
            7 => known.Values.SelectMany(v => BitConverter.GetBytes((long)v)),
            9 => known.Values.Select(v => (byte)v),
            _ => known.Values.SelectMany(v => BitConverter.GetBytes((float)v)),
        };
        var tensor = new TensorProto { Name = name, DataType = known.Element, RawData = ByteString.CopyFrom([.. bytes]) };
        tensor.Dims.AddRange(known.Shape);
        return tensor;
    }
}
