using SaliencyCluster.Onnx.Errors;
using SaliencyCluster.Onnx.Schema;

namespace SaliencyCluster.Onnx.Models;

/// <summary>The versions of operator sets that a model imports.</summary>
internal static class Opsets
{
    private const int Oldest = 1, Newest = 25;
    private const int ImportsSince = 3; // files of older versions are of opset 1

    /// <summary>The version of a domain that a model imports, 1 where it names none.</summary>
    public static Func<string, int> Of(ModelProto proto)
    {
        var versions = proto.OpsetImport.GroupBy(o => o.Domain == "ai.onnx" ? "" : o.Domain)
            .ToDictionary(g => g.Key, g => (int)Math.Clamp(g.Last().Version, 0, int.MaxValue));
        return domain => versions.GetValueOrDefault(domain == "ai.onnx" ? "" : domain, 1);
    }

    /// <summary>The version of the default domain.</summary>
    /// <exception cref="SaliencyException">SAL1005: not exactly one, or outside the supported range.</exception>
    public static int Default(ModelProto proto, string source) =>
        proto.OpsetImport.Where(o => o.Domain is "" or "ai.onnx").Select(o => o.Version).Distinct().ToList() switch
        {
            [] when proto.IrVersion is > 0 and < ImportsSince => Oldest,
            [] => throw ModelErrors.Opset(source, "does not say which opset of ai.onnx it uses"),
            [>= Oldest and <= Newest and var version] => (int)version,
            var others => throw ModelErrors.Opset(
                source, $"uses opset {string.Join(" and ", others.Take(5))} of ai.onnx, outside {Oldest} to {Newest}"),
        };
}
