using System.Xml.Linq;

namespace SaliencyCluster.Architecture.Tests;

/// <summary>Reads the repository itself.</summary>
internal static class Repository
{
    private const string Prefix = "SaliencyCluster.";

    public static string Root { get; } = FindRoot();

    public static IReadOnlyList<string> SourceProjects { get; } =
        [.. Directory.GetDirectories(Path.Combine(Root, "src"), Prefix + "*").Select(d => Path.GetFileName(d)[Prefix.Length..]).Order(StringComparer.Ordinal)];

    public static IReadOnlyList<string> SourceFiles { get; } = [.. CSharpFilesUnder("src")];

    public static IReadOnlyList<string> TestFiles { get; } = [.. CSharpFilesUnder("tests")];

    public static IEnumerable<string> ProjectReferencesOf(string project) =>
        Load(project).Descendants("ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/'))[Prefix.Length..])
            .Order(StringComparer.Ordinal);

    public static IEnumerable<string> PackagesOf(string project) =>
        Load(project).Descendants("PackageReference").Select(r => r.Attribute("Include")!.Value);

    public static IReadOnlyDictionary<string, string> PackageVersions { get; } = XDocument.Load(Path.Combine(Root, "Directory.Packages.props"))
        .Descendants("PackageVersion").ToDictionary(p => p.Attribute("Include")!.Value, p => p.Attribute("Version")!.Value);

    public static IReadOnlyDictionary<string, string> PropertiesOf(string project) =>
        Load(project).Descendants("PropertyGroup").Elements().ToDictionary(e => e.Name.LocalName, e => e.Value);

    private static XDocument Load(string project) =>
        XDocument.Load(Path.Combine(Root, "src", Prefix + project, Prefix + project + ".csproj"));

    private static IEnumerable<string> CSharpFilesUnder(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "SaliencyCluster.sln"))) directory = directory.Parent;
        return directory?.FullName ?? throw new InvalidOperationException($"No SaliencyCluster.sln above {AppContext.BaseDirectory}.");
    }
}
