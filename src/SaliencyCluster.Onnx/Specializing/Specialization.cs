using SaliencyCluster.Onnx.Batching;
using SaliencyCluster.Onnx.Errors;
using SaliencyCluster.Onnx.Folding;
using SaliencyCluster.Onnx.Models;
using SaliencyCluster.Onnx.Schema;
using SaliencyCluster.Onnx.Shapes;
using SaliencyCluster.Onnx.Tensors;
using SaliencyCluster.Onnx.Upgrading;

namespace SaliencyCluster.Onnx.Specializing;

/// <summary>One walk over a model's nodes: infers, folds, drops what does nothing, and keeps the rest.</summary>
internal sealed class Specialization(OnnxModel model, ReadLimits limits, BatchTracker? batches = null)
{
    private readonly GraphAssembly _result = new(model);
    private readonly FoldBudget _budget = new(model);
    private readonly Func<string, int> _opsetOf = Opsets.Of(model.Proto);
    private long _elementLimit = limits.MaxTensorElements;
    private readonly List<VisitedNode?> _visited = [];
    private readonly Dictionary<TensorProto, Operand> _initializers = new(ReferenceEqualityComparer.Instance);
    private int _steps;

    /// <summary>Gets every node in the order of the walk, with what it had and made.</summary>
    public IReadOnlyList<VisitedNode> Visited => _visited!;

    public SpecializedGraph Run(IReadOnlyDictionary<string, long[]> inputShapes)
    {
        var scope = new Scope();
        var graph = model.Proto.Graph;
        Initialize(graph, scope);
        foreach (var input in GraphInputs.Of(graph))
        {
            if (!_result.IsUsed(input.Name)) continue;
            var type = GraphInputs.Given(model, input, inputShapes);
            if (input.Name == model.ImageInput && type.Rank > 0) _elementLimit = Limits.Multiply(_elementLimit, Math.Max(1, type.Shape[0]));
            if (Limits.Count(type.Shape) is var count && count > _elementLimit)
                throw ModelErrors.OverLimit(
                    model.Source, count, $"elements in input '{ModelErrors.Short(input.Name)}'", _elementLimit, "ReadLimits.MaxTensorElements");
            scope.Set(input.Name, _result.AddInput(input.Name, type) with { Batch = batches is not null && input.Name == model.ImageInput
                ? new(0, 1) : null });
            if (input.Name == model.ImageInput && !model.HasBatch)
            {
                var made = Made("image_shape", ConstantTensor.Of([type.Rank - 1], type.Shape[1..]));
                scope.Set(input.Name, VisitMade(Node("Reshape"), scope.Find(input.Name)!, made));
            }
        }
        foreach (var node in graph.Node) Visit(node, scope);
        var outputs = graph.Output.Select(o => (o.Name, Value: Resolve(o.Name, scope, "the graph's output"))).ToArray();
        batches?.Finish(outputs.Select(o => o.Value));
        return _result.Finish(outputs) with { Batch = batches?.Proof };
    }

    /// <summary>Visits the nodes of a graph in place of the node that holds it; gives what its outputs are.</summary>
    public Operand[] Inline(GraphProto branch, Scope outer, IReadOnlyList<Operand> inputs)
    {
        var scope = new Scope(outer);
        for (var i = 0; i < inputs.Count; i++) scope.Set(branch.Input[i].Name, inputs[i]);
        var inside = _result.Inside;
        _result.Inside = true;
        Initialize(branch, scope);
        foreach (var node in branch.Node) Visit(node, scope);
        _result.Inside = inside;
        return [.. branch.Output.Select(o => Resolve(o.Name, scope, "a branch's output"))];
    }

    /// <summary>A constant that the model does not have.</summary>
    public Operand Made(string name, ConstantTensor value) => _result.AddMadeConstant(name, value);

    /// <summary>Counts a step of a loop, which may hold no node that would be counted.</summary>
    public void CountStep(OpContext c)
    {
        if (++_steps > limits.MaxNodes)
            throw ModelErrors.OverLimit(model.Source, _steps, $"steps of loops at {c.Describe()}", limits.MaxNodes, "ReadLimits.MaxNodes");
    }

    /// <summary>One part of a list along an axis, without that axis.</summary>
    public Operand Item(Operand list, int axis, long index) =>
        VisitMade(Node("Gather", ("axis", axis)), list, Made("item", ConstantTensor.Of([], index)));

    /// <summary>A list of parts along a new axis.</summary>
    public Operand Stack(OpContext c, IReadOnlyList<Operand> parts, long axis)
    {
        if (parts.Count == 0) throw ModelErrors.ControlFlow(model.Source, c.Describe(), "it makes a list of no parts");
        var shape = parts[0].Type.Shape.ToList();
        var at = c.Axis(axis, shape.Count + 1);
        shape.Insert(at, 1);
        var made = Made("part_shape", ConstantTensor.Of([shape.Count], [.. shape]));
        return VisitMade(Node("Concat", ("axis", at)), [.. parts.Select(p => VisitMade(Node("Reshape"), p, made))]);
    }

    private static NodeProto Node(string op, params (string Name, long Value)[] attributes)
    {
        var node = new NodeProto { OpType = op };
        foreach (var (name, value) in attributes)
            node.Attribute.Add(new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value });
        return node;
    }

    private Operand VisitMade(NodeProto node, params Operand[] inputs)
    {
        var (scope, inside) = (new Scope(), _result.Inside);
        _result.Inside = true;
        foreach (var input in inputs)
        {
            scope.Set(input.Name, input);
            node.Input.Add(input.Name);
        }
        node.Output.Add("made");
        Visit(Context(node, scope), scope);
        _result.Inside = inside;
        return scope.Find("made")!;
    }

    // The steps of a loop share what their graph holds.
    private void Initialize(GraphProto graph, Scope scope)
    {
        foreach (var tensor in graph.Initializer)
        {
            if (!_initializers.TryGetValue(tensor, out var known))
            {
                var value = TensorDecoder.Decode(tensor, $"tensor '{tensor.Name}'", model.Source, limits);
                _initializers[tensor] = known = _result.AddConstant(tensor.Name, Widening.ToFloat(value));
            }
            scope.Set(tensor.Name, known);
        }
    }

    private void Visit(NodeProto node, Scope scope)
    {
        var context = Context(node, scope);
        if (UpgradeTable.Find(node, _opsetOf(node.Domain)) is { } upgrade) VisitUpgraded(upgrade, context, scope);
        else Visit(context, scope);
    }

    // What is written anew is of the newer opset already, and does not go through the table again.
    private void VisitUpgraded(Upgrade upgrade, OpContext old, Scope scope)
    {
        var upgraded = new NodeUpgrade(old);
        upgrade.Apply(upgraded);
        var (inner, inside) = (new Scope(scope), _result.Inside);
        foreach (var (name, value) in upgraded.Constants) inner.Set(name, Made(name, value));
        _result.Inside = true;
        foreach (var node in upgraded.Before) Visit(Context(node, inner), inner);
        _result.Inside = inside;
        Visit(Context(upgraded.Last, inner), inner);
        foreach (var name in upgraded.Last.Output.Where(o => o.Length > 0)) scope.Set(name, inner.Find(name)!);
    }

    private OpContext Context(NodeProto node, Scope scope)
    {
        var operands = node.Input.Select(name => name.Length == 0 ? null : Resolve(name, scope, ModelErrors.Describe(node))).ToList();
        while (operands.Count > 0 && operands[^1] is null) operands.RemoveAt(operands.Count - 1);
        return new(node, (int)UpgradeTable.OpsetAfter(node.Domain, _opsetOf(node.Domain)), operands, model.Source, limits);
    }

    private void Visit(OpContext context, Scope scope)
    {
        if (_visited.Count >= limits.MaxNodes)
            throw ModelErrors.OverLimit(model.Source, _visited.Count + 1, "nodes after inlining", limits.MaxNodes, "ReadLimits.MaxNodes");
        var index = _visited.Count;
        _visited.Add(null);
        var node = context.Node;
        var results = Inlining.Expand(this, context, scope) ?? Compute(context, index);
        _visited[index] = new(node, context.Inputs, results);
        for (var i = 0; i < node.Output.Count; i++)
            if (node.Output[i].Length > 0) scope.Set(node.Output[i], results[i]);
    }

    private Operand[] Compute(OpContext node, int index)
    {
        var c = batches?.Repair(node, index, _result.AddMadeConstant) ?? node;
        var types = Infer(c);
        var results = Result(c, types);
        return batches?.Track(c, index, results, types) ?? results;
    }

    private Operand[] Result(OpContext c, TensorType[] types)
    {
        if (Fold(c, types) is { } folded) return [.. c.Node.Output.Zip(folded, _result.AddConstant)];
        if (!c.Node.Output.Skip(1).Any(_result.IsUsed) && NoOpRule.IsNoOp(c, types[0]))
        {
            _result.AddAlias(c.Node.Output[0], c.Operand(0));
            return [c.Operand(0), .. types.Skip(1).Select(t => new Operand("", t))];
        }
        return _result.AddNode(c, types);
    }

    private TensorType[] Infer(OpContext c)
    {
        var rule = ShapeRuleTable.Find(c.Node.Domain, c.Node.OpType, c.Opset)
            ?? throw ModelErrors.UnknownOperators(model.Source, [c.Describe()]);
        var types = rule.Infer(c);
        if (c.Node.Output.Count > types.Length)
            throw c.Malformed($"it has {c.Node.Output.Count} outputs, but {c.Node.OpType} makes {types.Length}");
        foreach (var type in types)
        {
            if (type.Element.Size() == 0) throw c.Malformed($"element type {type.Element} is not supported");
            if (type.Shape.Any(d => d is < 0 or > int.MaxValue)) throw c.Bad($"its result has the shape {OpContext.Text(type.Shape)}");
            if (type.Rank > Limits.MaxRank) throw c.Bad($"its result has {type.Rank} dimensions, more than {Limits.MaxRank}");
            if (Limits.Count(type.Shape) is var count && count > _elementLimit)
            {
                throw ModelErrors.OverLimit(
                    model.Source, count, $"elements in a result of {c.Describe()}", _elementLimit, "ReadLimits.MaxTensorElements");
            }
        }
        return types;
    }

    private ConstantTensor[]? Fold(OpContext c, TensorType[] types)
    {
        if (FoldRuleTable.Find(c.Node.Domain, c.Node.OpType, c.Opset) is not { } rule) return null;
        if (!rule.FromTypes && !c.Inputs.All(i => i is null or { Constant: not null })) return null;
        if (!_budget.Allows(c, types)) return null;
        try
        {
            return rule.Fold(c, types);
        }
        catch (ArithmeticException e)
        {
            throw c.Bad($"its constant value cannot be computed ({e.Message})");
        }
    }

    private Operand Resolve(string name, Scope scope, string user) => scope.Find(name)
        ?? throw ModelErrors.Missing(model.Source, name, user);
}
