using SaliencyCluster.TestKit;

namespace SaliencyCluster.Onnx.Tests.Checking;

/// <summary>A file that must be refused, with the whole text that the user sees.</summary>
public sealed record Refusal(string Name, string Code, string What, Func<byte[]> File)
{
    public ReadLimits Limits { get; init; } = new();

    public Refusal(string name, string code, string what, Func<ModelBuilder> model)
        : this(name, code, what, () => model().ToBytes())
    {
    }

    public override string ToString() => Name;
}
