using SaliencyCluster.Onnx.Errors;
using SaliencyCluster.Onnx.Models;
using SaliencyCluster.Onnx.Schema;
using SaliencyCluster.Onnx.Tensors;

namespace SaliencyCluster.Onnx.Functions;

/// <summary>
/// Replaces calls of the functions that a model brings along by their bodies, so that nothing else needs to know of them.
/// </summary>
internal sealed class FunctionInliner
{
    private const int MaxDepth = 32;

    private readonly Dictionary<(string Domain, string Name, string Overload), FunctionProto> _functions = [];
    private readonly UniqueNames _names;
    private readonly string _source;
    private readonly ReadLimits _limits;
    private readonly long _bytes;
    private long _nodesMade, _bytesMade;

    private FunctionInliner(ModelProto model, string source, ReadLimits limits)
    {
        (_source, _limits) = (source, limits);
        _names = new(MadeNames.Of(model.Graph));
        // A function that is called very often may not blow a small file up to gigabytes.
        _bytes = 16L * model.CalculateSize() + (64L << 20);
        foreach (var f in model.Functions)
            if (!_functions.TryAdd((Domain(f.Domain), f.Name, f.Overload), f))
                throw ModelErrors.Duplicate(source, f.Name, "a function", "another function");
    }

    /// <exception cref="SaliencyException">SAL1002: too many nodes; SAL1016: a function that calls itself.</exception>
    public static void Run(ModelProto model, string source, ReadLimits limits)
    {
        if (model.Functions.Count == 0) return;
        var inliner = new FunctionInliner(model, source, limits);
        inliner.Expand(model.Graph.Node, depth: 0);
        model.Functions.Clear();
    }

    private void Expand(IList<NodeProto> nodes, int depth)
    {
        var result = new List<NodeProto>();
        foreach (var node in nodes)
        {
            foreach (var attribute in node.Attribute.Where(a => a.G is not null)) Expand(attribute.G.Node, depth);
            if (!_functions.TryGetValue((Domain(node.Domain), node.OpType, node.Overload), out var function))
            {
                result.Add(node);
                continue;
            }
            if (depth == MaxDepth)
                throw ModelErrors.Malformed(_source, ModelErrors.Describe(node), $"functions call each other more than {MaxDepth} deep");
            var body = new FunctionCall(node, function, _names).Body(Count);
            Expand(body, depth + 1);
            result.AddRange(body);
        }
        nodes.Clear();
        foreach (var node in result) nodes.Add(node);
    }

    private void Count(NodeProto node)
    {
        _nodesMade++;
        _bytesMade += node.CalculateSize();
        if (_nodesMade > _limits.MaxNodes)
            throw ModelErrors.OverLimit(_source, _nodesMade, "nodes after inlining", _limits.MaxNodes, "ReadLimits.MaxNodes");
        if (_bytesMade > _bytes) throw ModelErrors.OverLimit(_source, _bytesMade, "bytes after inlining functions", _bytes, null);
    }

    private static string Domain(string domain) => domain == "ai.onnx" ? "" : domain;
}
