using System.Reflection;

namespace SaliencyCluster.Architecture.Tests;

/// <summary>
/// The public surface of the libraries that others build on is approved: whoever changes it sees it, and says so in the changelog.
/// <c>APPROVE=1</c> writes the files anew.
/// </summary>
public sealed class PublicApiTests
{
    public static TheoryData<string> Libraries => ["Onnx", "Autodiff", "Attribution", "Client"];

    [Theory, MemberData(nameof(Libraries))]
    public void The_public_surface_is_the_approved_one(string library)
    {
        var surface = string.Join('\n', PublicSurface.Of(Assembly.Load("SaliencyCluster." + library))) + "\n";
        var approved = Path.Combine(Repository.Root, "src", "SaliencyCluster." + library, "PublicApi.txt");
        if (Environment.GetEnvironmentVariable("APPROVE") == "1") File.WriteAllText(approved, surface);
        var (before, now) = (File.ReadAllLines(approved).ToHashSet(), surface.Split('\n').ToHashSet());
        Assert.True(File.ReadAllText(approved) == surface, $"""
            The public surface of {library} has changed. Where that is meant: APPROVE=1 ./test Architecture, and a line in CHANGELOG.md.
            gone: {string.Join("\n      ", before.Except(now))}
            new:  {string.Join("\n      ", now.Except(before))}
            """);
    }
}
