using System.Text.Json;
using System.Text.RegularExpressions;

namespace SaliencyCluster.Architecture.Tests;

/// <summary>The packages of a build are those of the lock files, and NOTICE says what their licences are (tests/packages/lock writes both).</summary>
public sealed partial class LockedPackageTests
{
    // What a package in a program may ask of those who pass it on: to keep its notices, which NOTICE does.
    private static readonly string[] Permissive = ["Apache-2.0", "BSD-3-Clause", "MIT", "PostgreSQL"];

    private static readonly string[] Projects = [.. Directory.EnumerateFiles(Repository.Root, "*.csproj", SearchOption.AllDirectories)
        .Where(f => !f.Contains("/obj/", StringComparison.Ordinal))];

    private static readonly Locked[] Entries = [.. Directory.EnumerateFiles(Repository.Root, "packages*.lock.json", SearchOption.AllDirectories).SelectMany(Read)];

    [Fact]
    public void Every_project_has_a_lock_file() =>
        Assert.DoesNotContain(Projects, p => !File.Exists(Path.Combine(Path.GetDirectoryName(p)!, "packages.lock.json")));

    [Fact]
    public void Every_project_of_the_flavour_for_gpus_has_a_lock_file_of_its_own()
    {
        var needed = new HashSet<string>();
        void Need(string project)
        {
            if (needed.Add(project)) foreach (var reference in Repository.ProjectReferencesOf(project)) Need(reference);
        }
        Need("Cli");
        Assert.DoesNotContain(needed, p => !File.Exists(Path.Combine(Repository.Root, "src", "SaliencyCluster." + p, "packages.gpu.lock.json")));
    }

    [Fact]
    public void A_version_of_a_package_has_the_same_hash_in_every_lock_file() =>
        Assert.Empty(Entries.GroupBy(e => (e.Name, e.Version)).Where(g => g.Select(e => e.Hash).Distinct().Count() > 1).Select(g => g.Key));

    [Fact]
    public void A_hash_is_one_of_512_bits() => Assert.All(Entries, e => Assert.Equal(64, Convert.FromBase64String(e.Hash).Length));

    [Fact]
    public void Lock_files_name_no_host() =>
        Assert.DoesNotContain(Entries.Select(e => e.File).Distinct(), f => File.ReadAllText(f).Contains("://", StringComparison.Ordinal));

    [Fact]
    public void A_direct_package_is_locked_at_the_version_of_the_central_list() =>
        Assert.DoesNotContain(Entries, e => e.Direct && e.Version != Repository.PackageVersions[e.Name].Trim('[', ']'));

    [Fact]
    public void Every_version_of_the_central_list_is_used()
    {
        var files = Projects.Concat(Directory.EnumerateFiles(Repository.Root, "Directory.Build.props", SearchOption.AllDirectories)).Select(File.ReadAllText).ToArray();
        Assert.DoesNotContain(Repository.PackageVersions.Keys, p => !files.Any(f => f.Contains($"PackageReference Include=\"{p}\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_notice_lists_every_locked_package_and_no_other() => Assert.Equal(
        Entries.Select(e => $"{e.Name} | {e.Version}").Distinct().Order(StringComparer.OrdinalIgnoreCase),
        Notice().Select(n => $"{n.Name} | {n.Version}").Order(StringComparer.OrdinalIgnoreCase));

    [Fact]
    public void Programs_hold_packages_of_permissive_licences_only()
    {
        var shipped = Notice().Where(n => n.Shipped).ToArray();
        Assert.Contains(shipped, n => n.Name == "Google.Protobuf");
        Assert.DoesNotContain(shipped, n => !Permissive.Contains(n.Licence));
        var buildOnly = Projects.Append(Path.Combine(Repository.Root, "src", "Directory.Build.props")).SelectMany(f => PrivatePackage().Matches(File.ReadAllText(f)))
            .Select(m => m.Groups[1].Value).ToHashSet();
        var source = Path.Combine(Repository.Root, "src") + Path.DirectorySeparatorChar;
        var expected = Entries.Where(e => e.File.StartsWith(source, StringComparison.Ordinal) && !buildOnly.Contains(e.Name)).Select(e => $"{e.Name} {e.Version}");
        Assert.Equal(expected.Distinct().Order(StringComparer.OrdinalIgnoreCase), shipped.Select(n => $"{n.Name} {n.Version}").Order(StringComparer.OrdinalIgnoreCase));
    }

    [GeneratedRegex("PackageReference Include=\"([^\"]+)\" PrivateAssets=\"all\"")]
    private static partial Regex PrivatePackage();

    private static IEnumerable<Locked> Read(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(file));
        foreach (var platform in document.RootElement.GetProperty("dependencies").EnumerateObject())
            foreach (var package in platform.Value.EnumerateObject())
                if (package.Value.GetProperty("type").GetString() is var type && type != "Project")
                    yield return new(file, package.Name, package.Value.GetProperty("resolved").GetString()!, package.Value.GetProperty("contentHash").GetString()!, type == "Direct");
    }

    private static IEnumerable<Noticed> Notice()
    {
        var shipped = true;
        foreach (var line in File.ReadLines(Path.Combine(Repository.Root, "NOTICE")))
        {
            if (line.StartsWith("== Used to build", StringComparison.Ordinal)) shipped = false;
            if (line.Split(" | ") is [var name, var version, var licence, _] && name.Contains(' ', StringComparison.Ordinal) is false)
                yield return new(name, version, licence, shipped);
        }
    }

    private sealed record Locked(string File, string Name, string Version, string Hash, bool Direct);

    private sealed record Noticed(string Name, string Version, string Licence, bool Shipped);
}
