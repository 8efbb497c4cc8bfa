using SaliencyCluster.Onnx.Errors;
using SaliencyCluster.Onnx.Schema;

namespace SaliencyCluster.Onnx.Checking;

/// <summary>Names within one graph: each made once, each there where it is read.</summary>
internal static class ReferenceCheck
{
    /// <exception cref="SaliencyException">SAL1007, SAL1008 or SAL1016.</exception>
    public static void Run(NestedGraph nested, string source)
    {
        var graph = nested.Graph;
        // An input of a node without a name is one that is not given.
        if (graph.Initializer.Any(t => t.Name.Length == 0)) throw ModelErrors.NotAModel(source, "an initializer has no name");
        if (graph.Output.Any(o => o.Name.Length == 0)) throw ModelErrors.NotAModel(source, "an output of its graph has no name");
        var makers = new Dictionary<string, string>();
        foreach (var tensor in graph.Initializer) Make(tensor.Name, "an initializer");
        // An input with a default value is listed in both places.
        var inputs = new HashSet<string>();
        foreach (var input in graph.Input)
        {
            if (!inputs.Add(input.Name)) throw ModelErrors.Duplicate(source, input.Name, "an input", "another input");
            makers.TryAdd(input.Name, "an input");
        }
        foreach (var node in graph.Node)
        {
            if (node.Output.All(o => o.Length == 0)) throw ModelErrors.Malformed(source, ModelErrors.Describe(node), "it has no output");
            foreach (var output in node.Output.Where(o => o.Length > 0)) Make(output, ModelErrors.Describe(node));
        }
        foreach (var node in graph.Node)
            foreach (var input in node.Input.Where(i => i.Length > 0 && !nested.Sees(i)))
                throw ModelErrors.Missing(source, input, ModelErrors.Describe(node));

        var outputs = new HashSet<string>();
        if (graph.Output.Count == 0) throw ModelErrors.NotAModel(source, "its graph has no output");
        foreach (var output in graph.Output)
        {
            if (!outputs.Add(output.Name)) throw ModelErrors.Duplicate(source, output.Name, "an output", "another output");
            if (!nested.Sees(output.Name)) throw ModelErrors.Missing(source, output.Name, "the list of outputs");
        }

        void Make(string tensor, string maker)
        {
            if (!makers.TryAdd(tensor, maker)) throw ModelErrors.Duplicate(source, tensor, makers[tensor], maker);
        }
    }
}
