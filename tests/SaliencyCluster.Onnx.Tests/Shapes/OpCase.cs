using SaliencyCluster.TestKit;
using SaliencyCluster.TestKit.Reference;

namespace SaliencyCluster.Onnx.Tests.Shapes;

/// <summary>One node with given inputs and attributes, to be compared with what ONNX Runtime makes of it.</summary>
/// <param name="Op">The operator, with its domain in front where that is not the default one.</param>
/// <param name="Opsets">The opsets to try.</param>
/// <param name="Inputs">Its inputs.</param>
public sealed record OpCase(string Op, int[] Opsets, params OpInput[] Inputs)
{
    public (string Name, object Value)[] Attributes { get; init; } = [];

    public int Outputs { get; init; } = 1;

    public double Tolerance { get; init; } = 1e-5;

    public OpCase With(params (string Name, object Value)[] attributes) => this with { Attributes = attributes };

    public long[] ImageShape => Inputs.FirstOrDefault(i => i.Dynamic)?.Shape ?? [1, 2];

    /// <summary>A model of this node alone; a dynamic input that is not float is a Cast of the image.</summary>
    public ModelBuilder Model(int opset)
    {
        var builder = new ModelBuilder(opset).Input("x", ImageShape);
        var names = new List<string>();
        foreach (var (input, i) in Inputs.Select((input, i) => (input, i)))
        {
            names.Add(input.Absent ? "_" : input.Dynamic && input.Element == ElementType.Float ? "x" : $"in{i}");
            if (input.Dynamic && input.Element != ElementType.Float) builder.Node("Cast", "x", $"in{i}", ("to", (int)input.Element));
            if (input.Constant is { } value) builder.Initializer($"in{i}", value);
        }
        if (!Inputs.Any(i => i.Dynamic)) builder.Node("Relu", "x", "unused").Results("unused");
        var outputs = Enumerable.Range(0, Outputs).Select(i => $"y{i}").ToArray();
        return builder.Node(Op, string.Join(' ', names), string.Join(' ', outputs), Attributes).Results(outputs);
    }

    public override string ToString() =>
        $"{Op}({string.Join(", ", Inputs.Select(i => i.ToString()))}) {string.Join(' ', Attributes.Select(a => $"{a.Name}={(a.Value is long[] l ? string.Join(',', l) : a.Value)}"))}";
}
