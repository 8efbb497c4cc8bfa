using SaliencyCluster.Onnx.Errors;
using SaliencyCluster.Onnx.Schema;
using SaliencyCluster.Onnx.Shapes;
using SaliencyCluster.Onnx.Tensors;

namespace SaliencyCluster.Onnx.Specializing;

/// <summary>
/// Nodes that hold graphs: replaced by what they hold, where what runs is decided before the run. A loop is written out, step by step.
/// </summary>
internal static class Inlining
{
    private static readonly Dictionary<string, Func<Specialization, OpContext, Scope, Operand[]>> Rules = new()
    {
        ["If"] = If,
        ["Loop"] = Loop,
        ["Scan"] = Scan,
    };

    /// <summary>Whether a node is handled here rather than by a shape rule.</summary>
    public static bool Handles(NodeProto node) => node.Domain is "" or "ai.onnx" && Rules.ContainsKey(node.OpType);

    /// <summary>What the node's outputs are after inlining, or null where it is an ordinary node.</summary>
    public static Operand[]? Expand(Specialization run, OpContext c, Scope scope) =>
        Handles(c.Node) ? Rules[c.Node.OpType](run, c, scope) : null;

    private static Operand[] If(Specialization run, OpContext c, Scope scope)
    {
        var name = Truth(c, c.Operand(0), "its condition") ? "then_branch" : "else_branch";
        var branch = c.GraphOrNull(name) ?? throw c.Malformed($"attribute '{name}' is missing");
        return branch.Output.Count == c.Node.Output.Count ? run.Inline(branch, scope, [])
            : throw c.Malformed($"its {name} has {branch.Output.Count} outputs, not {c.Node.Output.Count}");
    }

    // Inputs: the number of steps, whether to begin, what goes from step to step. The body gets the step's number besides,
    // says whether to go on, and may give a part of a list at each step.
    private static Operand[] Loop(Specialization run, OpContext c, Scope scope)
    {
        var body = Body(c);
        var states = Enumerable.Range(2, Math.Max(0, c.Inputs.Count - 2)).Select(c.Operand).ToArray();
        var lists = body.Output.Count - 1 - states.Length;
        if (body.Input.Count != states.Length + 2 || lists < 0 || c.Node.Output.Count > states.Length + lists)
            throw c.Malformed($"its body has {body.Input.Count} inputs and {body.Output.Count} outputs, which do not fit {states.Length} values that go from step to step");
        var steps = c.Has(0) ? c.Operand(0).Constant is null ? throw Undecided(c, $"its number of steps '{c.Operand(0).Name}' depends on the image") : c.Long(0) : long.MaxValue;
        var goesOn = !c.Has(1) || Truth(c, c.Operand(1), "whether it begins");
        if (!c.Has(0) && !c.Has(1)) throw Undecided(c, "it never ends");

        var parts = Enumerable.Range(0, lists).Select(_ => new List<Operand>()).ToArray();
        for (var step = 0L; step < steps && goesOn; step++)
        {
            run.CountStep(c);
            var results = run.Inline(body, scope,
            [
                run.Made("step", ConstantTensor.Of([], step)), run.Made("goes_on", new(new(ElementType.Bool, []), new byte[] { 1 })), .. states,
            ]);
            goesOn = Truth(c, results[0], "whether it goes on");
            states = results[1..(states.Length + 1)];
            for (var i = 0; i < lists; i++) parts[i].Add(results[1 + states.Length + i]);
        }
        return [.. states, .. parts.Select(p => run.Stack(c, p, 0))];
    }

    // Inputs: what goes from step to step, then the lists whose parts the steps take.
    private static Operand[] Scan(Specialization run, OpContext c, Scope scope)
    {
        if (c.Opset < 9) throw Undecided(c, "scans of opset 8 are not written out");
        var (body, taken) = (Body(c), c.Int("num_scan_inputs", 0));
        if (taken < 1 || taken > c.Inputs.Count) throw c.Malformed($"num_scan_inputs is {taken}");
        var states = Enumerable.Range(0, c.Inputs.Count - (int)taken).Select(c.Operand).ToArray();
        var lists = Enumerable.Range(states.Length, (int)taken).Select(c.Operand).ToArray();
        var made = body.Output.Count - states.Length;
        if (body.Input.Count != c.Inputs.Count || made < 0 || c.Node.Output.Count > body.Output.Count)
            throw c.Malformed($"its body has {body.Input.Count} inputs and {body.Output.Count} outputs, which do not fit the node");
        var axes = lists.Select((l, i) => c.Axis(At(c, "scan_input_axes", i, lists.Length), l.Type.Rank)).ToArray();
        var length = lists[0].Type.Shape[axes[0]];
        if (lists.Where((l, i) => l.Type.Shape[axes[i]] != length).Any()) throw c.Bad("its lists differ in length");

        var parts = Enumerable.Range(0, made).Select(_ => new List<Operand>()).ToArray();
        for (var step = 0L; step < length; step++)
        {
            run.CountStep(c);
            var items = lists.Select((l, i) => run.Item(l, axes[i], At(c, "scan_input_directions", i, lists.Length) == 0 ? step : length - 1 - step)).ToArray();
            var results = run.Inline(body, scope, [.. states, .. items]);
            states = results[..states.Length];
            for (var i = 0; i < made; i++)
                parts[i].Insert(At(c, "scan_output_directions", i, made) == 0 ? parts[i].Count : 0, results[states.Length + i]);
        }
        return [.. states, .. parts.Select((p, i) => run.Stack(c, p, At(c, "scan_output_axes", i, made)))];
    }

    private static GraphProto Body(OpContext c) => c.GraphOrNull("body") ?? throw c.Malformed("attribute 'body' is missing");

    private static long At(OpContext c, string attribute, int index, int count) => c.IntsOrNull(attribute) switch
    {
        null or [] => 0,
        var given when given.Length == count => given[index],
        var given => throw c.Malformed($"{attribute} has {given.Length} numbers, not {count}"),
    };

    private static bool Truth(OpContext c, Operand value, string what)
    {
        var known = value.Constant ?? throw Undecided(c, $"{what} '{value.Name}' depends on the image");
        return known.Type.Element == ElementType.Bool && known.Type.Count == 1 ? known.As<byte>()[0] != 0
            : throw c.Malformed($"{what} must be one boolean, not {known.Type}");
    }

    private static SaliencyException Undecided(OpContext c, string why) => ModelErrors.ControlFlow(c.Source, c.Describe(), why);
}
