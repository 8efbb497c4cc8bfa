namespace SaliencyCluster.TestKit;

/// <summary>Paths of the repository that tests read.</summary>
public static class Repo
{
    public static string Root { get; } = FindRoot();

    public static string Model(string name) => Path.Combine(Root, "samples", "models", name + ".onnx");

    public static string Golden(params string[] parts) => Path.Combine([Root, "tests", "goldens", .. parts]);

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "SaliencyCluster.sln"))) directory = directory.Parent;
        return directory?.FullName ?? throw new InvalidOperationException($"No SaliencyCluster.sln above {AppContext.BaseDirectory}.");
    }
}
