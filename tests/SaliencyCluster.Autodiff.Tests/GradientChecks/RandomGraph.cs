using SaliencyCluster.Onnx;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Autodiff.Tests.GradientChecks;

/// <summary>
/// A smooth network made from a list of numbers, one operator each: every tensor is <c>[1,2,4,4]</c>, each operator takes any two
/// earlier ones (so values are used several times and paths join), and what no operator used is added to the result.
/// </summary>
internal sealed class RandomGraph
{
    public const int Elements = 32;

    private static readonly long[] _shape = [1, 2, 4, 4];
    private readonly ModelBuilder _builder = new(17);
    private readonly List<string> _values = ["v0"];
    private readonly HashSet<string> _unused = [];
    private readonly List<string> _text = [];

    private static readonly Action<RandomGraph, string, string, string>[] _operators =
    [
        (g, a, b, y) => g.Node("Add", $"{a} {b}", y),
        (g, a, b, y) => g.Node("Sub", $"{a} {b}", y),
        (g, a, b, y) => g.Then("Mul", $"{a} {b}", "Tanh", y),
        (g, a, _, y) => g.Node("Tanh", a, y),
        (g, a, _, y) => g.Node("Sigmoid", a, y),
        (g, a, _, y) => g.Then("Softplus", a, "Neg", y),
        (g, a, _, y) => g.Node("Softmax", a, y, ("axis", 3)),
        (g, a, b, y) => g.Then("MatMul", $"{a} {b}", "Tanh", y),
        (g, a, _, y) => g.Node("Transpose", a, y, ("perm", new long[] { 0, 1, 3, 2 })),
        (g, a, b, y) => { g.Node("ReduceMean", a, y + "_mean", ("axes", new long[] { 2, 3 })); g.Node("Mul", $"{y}_mean {b}", y); },
        (g, a, b, y) => { g.Node("Concat", $"{a} {b}", y + "_both", ("axis", 2)); g.Node("AveragePool", y + "_both", y, ("kernel_shape", new long[] { 2, 1 }), ("strides", new long[] { 2, 1 })); },
        (g, a, _, y) => { g._builder.Longs(y + "_size", 1, 2, 2, 8); g.Node("Reshape", $"{a} {y}_size", y + "_r"); g._builder.Longs(y + "_back", _shape); g.Node("Reshape", $"{y}_r {y}_back", y); },
        (g, a, _, y) => { g._builder.Longs(y + "_pads", 0, 0, 1, 1, 0, 0, 0, 0); g.Node("Pad", $"{a} {y}_pads", y + "_p", ("mode", "reflect")); g.Node("AveragePool", y + "_p", y, ("kernel_shape", new long[] { 2, 2 })); },
        (g, a, _, y) => { g._builder.Longs(y + "_f", 3, 0, 1, 1); g.Node("Gather", $"{a} {y}_f", y, ("axis", 3)); },
        (g, a, b, y) => { g.Node("Exp", b, y + "_e"); g._builder.Weight(y + "_one", [1], 1); g.Node("Add", $"{y}_e {y}_one", y + "_below"); g.Node("Div", $"{a} {y}_below", y); },
        (g, a, _, y) => { g._builder.Weight(y + "_w", [2, 2, 3, 3], [.. Draw.Any.Values(36, new Random(y.Length)).Select(v => (float)v / 3)]); g.Node("Conv", $"{a} {y}_w", y, ("pads", new long[] { 1, 1, 1, 1 })); },
        (g, a, _, y) => g.Node("GlobalAveragePool", a, y + "_g", y),
    ];

    private RandomGraph(IEnumerable<int> choices)
    {
        _builder.Input("x", 1, Elements).Longs("shape", _shape).Node("Reshape", "x shape", "v0");
        foreach (var choice in choices) Append(choice);
        var sum = _values[^1];
        foreach (var unused in _unused.Order().Where(u => u != _values[^1]))
        {
            _builder.Node("Add", $"{sum} {unused}", "sum_" + unused);
            sum = "sum_" + unused;
        }
        _builder.Longs("row", 1, -1).Node("Reshape", $"{sum} row", "y").Output("y", 1, Elements);
    }

    public static (OnnxModel Model, string Text) Of(IEnumerable<int> choices)
    {
        var graph = new RandomGraph(choices);
        return (Explain.Read(graph._builder), string.Join("; ", graph._text));
    }

    private void Append(int choice)
    {
        var (op, rest) = (choice % _operators.Length, choice / _operators.Length);
        var (a, b) = (_values[rest % _values.Count], _values[rest / _values.Count % _values.Count]);
        var y = $"v{_values.Count}";
        _operators[op](this, a, b, y);
        _values.Add(y);
        _unused.Add(y);
    }

    private void Node(string op, string inputs, string output, params (string, object)[] attributes)
    {
        _builder.Node(op, inputs, output, attributes);
        _unused.ExceptWith(inputs.Split(' '));
        _text.Add($"{output} = {op}({inputs})");
    }

    // A second, bounded operator keeps chains of products in range.
    private void Then(string op, string inputs, string second, string output)
    {
        Node(op, inputs, output + "_in");
        Node(second, output + "_in", output);
    }

    private void Node(string op, string input, string reduced, string output)
    {
        Node(op, input, reduced);
        Node("Add", $"{input} {reduced}", output);
    }
}
