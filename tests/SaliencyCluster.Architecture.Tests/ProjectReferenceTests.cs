using System.Xml.Linq;

namespace SaliencyCluster.Architecture.Tests;

/// <summary>The arrows of the architecture. A new arrow needs a new entry here and a reason in its review.</summary>
public sealed class ProjectReferenceTests
{
    public static TheoryData<string, string> Allowed => new()
    {
        { "Onnx", "" },
        { "Tiles", "" },
        { "Autodiff", "Onnx Tiles" },
        { "Attribution", "Autodiff" },
        { "Imaging", "Attribution" },
        { "Evaluation", "Attribution" },
        { "Reporting", "Evaluation Imaging" },
        { "Runtime", "Evaluation" },
        { "Grains.Abstractions", "Evaluation" },
        { "Grains", "Grains.Abstractions Imaging Runtime" },
        { "Hosting", "Grains" },
        { "Worker", "Hosting" },
        { "Client", "" },
        { "Dashboard", "Client" },
        { "Gateway", "Client Dashboard Hosting Reporting" },
        { "Cli", "Gateway Worker" },
    };

    /// <summary>Packages that only one project may know, so that a change of supplier stays in one place.</summary>
    public static TheoryData<string, string> Owners => new()
    {
        { "Microsoft.ML.OnnxRuntime", "Runtime" },
        { "Microsoft.ML.OnnxRuntime.Gpu.Linux", "Runtime" },
        { "Microsoft.ML.OnnxRuntime.Managed", "Runtime" },
        { "OxyPlot.Core", "Reporting" },
        { "SkiaSharp", "Imaging" },
        { "BitMiracle.LibTiff.NET", "Imaging" },
        { "Npgsql", "Hosting" },
        { "Microsoft.Data.Sqlite", "Hosting" },
        { "Microsoft.Orleans.Server", "Grains" },
        { "System.CommandLine", "Cli" },
        { "MudBlazor", "Dashboard" },
    };

    [Theory, MemberData(nameof(Allowed))]
    public void Project_references_exactly_what_the_table_allows(string project, string allowed) =>
        Assert.Equal(allowed, string.Join(' ', Repository.ProjectReferencesOf(project)));

    [Fact]
    public void Every_source_project_is_in_the_table() =>
        Assert.Equal(Repository.SourceProjects, Allowed.Select(row => row.Data.Item1).Order(StringComparer.Ordinal));

    [Theory, MemberData(nameof(Owners))]
    public void Package_is_known_to_its_owner_only(string package, string owner) =>
        Assert.All(Repository.SourceProjects.Where(p => Repository.PackagesOf(p).Contains(package)), p => Assert.Equal(owner, p));

    [Fact]
    public void Every_flavour_of_onnx_runtime_is_exactly_the_same_version()
    {
        var versions = Repository.PackageVersions.Where(p => p.Key.StartsWith("Microsoft.ML.OnnxRuntime", StringComparison.Ordinal)).ToList();
        Assert.Equal(["Microsoft.ML.OnnxRuntime", "Microsoft.ML.OnnxRuntime.Gpu.Linux", "Microsoft.ML.OnnxRuntime.Managed"], versions.Select(p => p.Key).Order(StringComparer.Ordinal));
        // In brackets: without them a source that lacks the version gives a later one, and says so in a warning only.
        Assert.Matches(@"^\[[0-9.]+\]$", Assert.Single(versions.Select(p => p.Value).Distinct()));
    }

    [Fact]
    public void The_autodiff_library_depends_on_nothing_but_protocol_buffers() =>
        Assert.Equal(["Google.Protobuf"], Repository.PackagesOf("Onnx").Concat(Repository.PackagesOf("Autodiff")).Except(["Grpc.Tools"]));

    [Theory]
    [InlineData("Onnx")]
    [InlineData("Autodiff")]
    public void The_autodiff_library_and_what_it_needs_can_be_packed_with_their_readme(string project)
    {
        var properties = Repository.PropertiesOf(project);
        Assert.Equal(("true", "README.md"), (properties["IsPackable"], properties["PackageReadmeFile"]));
        Assert.True(properties["Description"].Length > 20);
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = File.ReadAllText(Path.Combine(Repository.Root, "SaliencyCluster.sln")).Replace('\\', '/');
        var projects = Directory.GetFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Concat(Directory.GetFiles(Path.Combine(Repository.Root, "tests"), "*.csproj", SearchOption.AllDirectories))
            // Restoring it fetches half a gigabyte; the comparison's own script builds it.
            .Where(p => !p.StartsWith(Path.Combine(Repository.Root, "tests", "peers") + Path.DirectorySeparatorChar, StringComparison.Ordinal));
        Assert.All(projects, p => Assert.Contains(Path.GetRelativePath(Repository.Root, p).Replace('\\', '/'), solution, StringComparison.Ordinal));
    }

    [Fact]
    public void No_package_version_is_written_outside_the_central_list()
    {
        var projects = Directory.GetFiles(Repository.Root, "*.csproj", SearchOption.AllDirectories);
        Assert.All(projects, p => Assert.DoesNotContain(XDocument.Load(p).Descendants("PackageReference"), r => r.Attribute("Version") is not null));
    }

    [Fact]
    public void Every_package_version_of_the_central_list_is_used()
    {
        var listed = XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props")).Descendants("PackageVersion").Select(v => v.Attribute("Include")!.Value);
        var used = new[] { "*.csproj", "*.props" }.SelectMany(pattern => Directory.GetFiles(Repository.Root, pattern, SearchOption.AllDirectories))
            .SelectMany(f => XDocument.Load(f).Descendants("PackageReference")).Select(r => r.Attribute("Include")?.Value);
        Assert.Equal([], listed.Except(used));
    }
}
