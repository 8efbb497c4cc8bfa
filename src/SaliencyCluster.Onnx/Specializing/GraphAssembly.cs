using SaliencyCluster.Onnx.Models;
using SaliencyCluster.Onnx.Schema;
using SaliencyCluster.Onnx.Shapes;
using SaliencyCluster.Onnx.Tensors;

namespace SaliencyCluster.Onnx.Specializing;

/// <summary>Collects what is left of a graph and makes the <see cref="SpecializedGraph"/> of it.</summary>
internal sealed class GraphAssembly(OnnxModel model)
{
    private readonly List<NodeProto> _nodes = [];
    private readonly List<string> _inputs = [];
    private readonly Dictionary<string, Operand> _tensors = [];
    private readonly Dictionary<string, string> _aliases = [];
    private readonly UniqueNames _nodeNames = new([]);
    private readonly HashSet<string> _used = UsedNames.Of(model.Proto.Graph);
    private readonly UniqueNames _innerNames = new(MadeNames.Of(model.Proto.Graph));

    /// <summary>
    /// Gets or sets whether tensors come from a graph inside a node: those must not take a name of the model's own graph.
    /// </summary>
    public bool Inside { get; set; }

    /// <summary>Whether any node or output of the model, at any depth, reads a tensor of this name.</summary>
    public bool IsUsed(string tensor) => tensor.Length > 0 && _used.Contains(tensor);

    public Operand AddInput(string name, TensorType type)
    {
        _inputs.Add(name);
        return Add(name, type, null);
    }

    public Operand AddConstant(string name, ConstantTensor value) => Add(name, value.Type, value);

    /// <summary>Adds a constant that the model does not have.</summary>
    public Operand AddMadeConstant(string name, ConstantTensor value) => Add(_innerNames.Next(name), value.Type, value);

    public void AddAlias(string name, Operand same) => _aliases[name] = same.Name;

    /// <summary>Keeps a node, with the names that its operands have in the result.</summary>
    public Operand[] AddNode(OpContext c, TensorType[] types)
    {
        var node = c.Node.Clone();
        Widening.Rewrite(node);
        node.Input.Clear();
        node.Input.AddRange(c.Inputs.Select(i => i?.Name ?? ""));
        node.Name = _nodeNames.Next(node.Name.Length > 0 ? node.Name : $"{node.OpType}_{_nodes.Count}");
        var results = new Operand[node.Output.Count];
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = node.Output[i].Length > 0 ? Add(node.Output[i], types[i], null) : new("", types[i]);
            node.Output[i] = results[i].Name;
        }
        _nodes.Add(node);
        return results;
    }

    /// <summary>Ends the assembly: outputs get the model's names, and what no output needs is dropped.</summary>
    public SpecializedGraph Finish((string Name, Operand Value)[] outputs)
    {
        NameOutputs(outputs);
        var needed = outputs.Select(o => o.Name).ToHashSet();
        var kept = new List<NodeProto>();
        foreach (var node in Enumerable.Reverse(_nodes))
        {
            if (!node.Output.Any(needed.Contains)) continue;
            kept.Add(node);
            needed.UnionWith(node.Input.Where(i => i.Length > 0));
        }
        kept.Reverse();
        var alive = _tensors.Values.Where(t => needed.Contains(t.Name) || _inputs.Contains(t.Name)).Concat(
            kept.SelectMany(n => n.Output).Where(o => o.Length > 0 && !needed.Contains(o)).Select(o => _tensors[o])).ToList();
        return new(model, kept,
            alive.Where(t => t.Constant is not null).ToDictionary(t => t.Name, t => t.Constant!),
            alive.ToDictionary(t => t.Name, t => t.Type), _inputs, [.. outputs.Select(o => o.Name)])
        {
            Aliases = _aliases.Where(a => needed.Contains(a.Value)).ToDictionary(),
        };
    }

    // A removed node's result may be an output of the graph: then the tensor that it equals takes over the name. Where that has
    // to keep its own name (it is an input, a constant or another output), an Identity node stands in.
    private void NameOutputs((string Name, Operand Value)[] outputs)
    {
        var fixedNames = outputs.Select(o => o.Name).Concat(_inputs).ToHashSet();
        var renamed = new Dictionary<string, string>();
        foreach (var (name, value) in outputs)
        {
            if (value.Name == name) continue;
            _aliases.Remove(name);
            _tensors[name] = value with { Name = name, Constant = null };
            if (value.Constant is null && !fixedNames.Contains(value.Name) && renamed.TryAdd(value.Name, name)) continue;
            var identity = new NodeProto { OpType = "Identity", Name = _nodeNames.Next($"Identity_{name}") };
            identity.Input.Add(value.Name);
            identity.Output.Add(name);
            _nodes.Add(identity);
        }
        if (renamed.Count == 0) return;
        foreach (var node in _nodes)
        {
            Rename(node.Input, renamed);
            Rename(node.Output, renamed);
        }
        foreach (var (alias, target) in _aliases.ToList())
            if (renamed.TryGetValue(target, out var now)) _aliases[alias] = now;
        foreach (var (from, to) in renamed) _aliases[from] = to;
    }

    private static void Rename(IList<string> names, Dictionary<string, string> renamed)
    {
        for (var i = 0; i < names.Count; i++)
            if (renamed.TryGetValue(names[i], out var name)) names[i] = name;
    }

    private Operand Add(string name, TensorType type, ConstantTensor? value)
    {
        var unique = Inside || _tensors.ContainsKey(name) ? _innerNames.Next(name) : name;
        return _tensors[unique] = new(unique, type, value);
    }
}
