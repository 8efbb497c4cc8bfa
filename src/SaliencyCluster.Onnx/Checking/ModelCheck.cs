using SaliencyCluster.Onnx.Errors;
using SaliencyCluster.Onnx.Schema;

namespace SaliencyCluster.Onnx.Checking;

/// <summary>All checks of a parsed file, in the order in which their messages help most.</summary>
internal static class ModelCheck
{
    private const int OldestOpset = 7, NewestOpset = 24;

    public static OnnxModel Run(ModelProto proto, string source, string hash, ReadLimits limits)
    {
        if (proto.Graph is null || proto.Graph.Node.Count == 0) throw ModelErrors.NotAModel(source, "it holds no graph with nodes");
        if (proto.Graph.Node.Count > limits.MaxNodes)
            throw ModelErrors.OverLimit(source, "nodes", proto.Graph.Node.Count, limits.MaxNodes, "ReadLimits.MaxNodes");
        var opset = Opset(proto, source);
        var image = ImageInput.Find(proto.Graph, source);
        return new(proto, source, hash, opset, image);
    }

    private static int Opset(ModelProto proto, string source)
    {
        var imports = proto.OpsetImport.Where(o => o.Domain is "" or "ai.onnx").Select(o => o.Version).Distinct().ToList();
        return imports switch
        {
            [] => throw ModelErrors.Opset(source, "does not say which opset of ai.onnx it uses"),
            [>= OldestOpset and <= NewestOpset and var version] => (int)version,
            _ => throw ModelErrors.Opset(source, $"uses opset {string.Join(" and ", imports)} of ai.onnx, outside {OldestOpset} to {NewestOpset}"),
        };
    }
}
