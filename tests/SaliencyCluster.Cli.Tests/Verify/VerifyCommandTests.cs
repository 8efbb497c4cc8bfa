using System.Security.Cryptography;
using System.Text.Json.Nodes;
using SaliencyCluster.Client.Provenance;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Cli.Tests.Verify;

public sealed class VerifyCommandTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("saliency-verify-").FullName;
    private readonly string _folder;

    public VerifyCommandTests() => _folder = SignedFolder.Write(Path.Combine(_root, "out"));

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task What_was_signed_is_verified()
    {
        var run = await Run.Of("verify", _folder);
        Assert.Equal((0, ""), (run.Exit, run.Error));
        Assert.Contains(SignedFolder.Key.Fingerprint + " (from the folder itself", run.Out, StringComparison.Ordinal);
        Assert.Contains("maps     1 compared", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_from_elsewhere_is_trusted_and_another_one_refused()
    {
        var key = File("key.pem", SignedFolder.Key.ToPem());
        var run = JsonNode.Parse((await Run.Of("verify", _folder, "--key", key, "--json")).Out)!;
        Assert.Equal((true, true), ((bool)run["verified"]!, (bool)run["keyIsTrusted"]!));
        var other = File("other.pem", SigningKey.Sign([.. SignedFolder.Secret.Reverse()], []).Key.ToPem());
        await DiffersAsync("manifest.json: its signature is not that of the given key", "--key", other);
    }

    [Theory]
    [InlineData("digit/gradient.npy", "its SHA-256 is")]
    [InlineData("manifest.json", "its signature is not that of the key beside it")]
    [InlineData("manifest.sig", "its signature is not that of the key beside it")]
    public async Task One_flipped_bit_is_found(string file, string what)
    {
        var path = Path.Combine(_folder, file);
        var bytes = await System.IO.File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        // In the manifest the last digit of the hash, so that it can still be read.
        bytes[file == "manifest.json" ? bytes.Length - 3 : bytes.Length - 1] ^= 1;
        await System.IO.File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);
        await DiffersAsync(what);
    }

    [Fact]
    public async Task Another_image_among_the_lines_is_found()
    {
        var path = Path.Combine(_folder, "manifest.images.jsonl");
        await ReplaceAsync(path, "\"bb\"", "\"bd\"");
        await DiffersAsync("manifest.images.jsonl: the manifest proves other lines");
    }

    [Theory]
    [InlineData("\"seed\":7", "\"seed\":8", "it says parameters {\"seed\":8,\"layer\":null}")]
    [InlineData("\"seed\":7,", "", "it says parameters {\"layer\":null}")]
    [InlineData("\"target\":\"3\"", "\"target\":\"4\"", "it says target \"4\", and \"3\" was signed")]
    [InlineData("\"score\":0.5", "\"score\":0.75", "it says score 0.75, and 0.5 was signed")]
    [InlineData("\"modelHash\":\"aa\"", "\"modelHash\":\"ab\"", "it says modelHash \"ab\"")]
    [InlineData("\"points\":1.0", "\"points\":1.0,\"label\":\"cat\"", "it says label \"cat\", and nothing was signed")]
    public async Task A_changed_value_is_found(string before, string after, string what)
    {
        var path = Path.Combine(_folder, "digit", "result.json");
        await ReplaceAsync(path, before, after);
        await DiffersAsync("digit/result.json: " + what);
    }

    [Fact]
    public async Task A_missing_map_and_an_image_that_the_job_did_not_have_are_found()
    {
        System.IO.File.Delete(Path.Combine(_folder, "digit", "gradient.npy"));
        Directory.CreateDirectory(Path.Combine(_folder, "stranger"));
        await DiffersAsync("digit/gradient.npy: it is missing");
        await DiffersAsync("stranger: the job has no image of this name");
    }

    [Fact]
    public async Task Another_model_is_found()
    {
        var model = Repo.Model("mnist-mlp");
        await DiffersAsync("and aa was explained", "--model", model);
        var hash = Convert.ToHexStringLower(SHA256.HashData(await System.IO.File.ReadAllBytesAsync(model, TestContext.Current.CancellationToken)));
        Assert.Equal(0, (await Run.Of("verify", SignedFolder.Write(Path.Combine(_root, "own"), hash), "--model", model)).Exit);
    }

    [Theory]
    [InlineData("manifest.json", "[]", "SAL2531")]
    [InlineData("manifest.json", "{\"format\":\"saliency-manifest/2\"}", "SAL2531")]
    [InlineData("manifest.images.jsonl", "{", "SAL2531")]
    [InlineData("manifest.images.jsonl", "{\"index\":0,\"name\":\"..\",\"sha256\":\"\",\"state\":\"done\"}", "SAL2531")]
    [InlineData("manifest.images.jsonl", "{\"index\":0,\"name\":\"x\",\"maps\":[{}]}", "SAL2531")]
    [InlineData("manifest.pem", "no key", "SAL2531")]
    [InlineData("digit/result.json", "{", "SAL2531")]
    public async Task A_file_that_cannot_be_read_is_named(string file, string content, string code)
    {
        await System.IO.File.WriteAllTextAsync(Path.Combine(_folder, file), content, TestContext.Current.CancellationToken);
        var run = await Run.Of("verify", _folder);
        Assert.Equal(1, run.Exit);
        Assert.Contains(code, run.Error, StringComparison.Ordinal);
        Assert.Contains(file, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Folders_without_a_manifest_and_files_without_a_key_are_refused()
    {
        Assert.Contains("SAL2531", (await Run.Of("verify", _root)).Error, StringComparison.Ordinal);
        Assert.Contains("SAL2510", (await Run.Of("verify", Path.Combine(_root, "none"))).Error, StringComparison.Ordinal);
        Assert.Contains("SAL2510", (await Run.Of("verify", _folder, "--key", Path.Combine(_root, "none"))).Error, StringComparison.Ordinal);
        var bad = File("bad.pem", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n");
        Assert.Contains("SAL2532", (await Run.Of("verify", _folder, "--key", bad)).Error, StringComparison.Ordinal);
        Assert.Contains("SAL2503", (await Run.Of("verify", _folder, "--replay", "201")).Error, StringComparison.Ordinal);
    }

    private static async Task ReplaceAsync(string path, string before, string after)
    {
        var text = await System.IO.File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        Assert.Contains(before, text, StringComparison.Ordinal);
        await System.IO.File.WriteAllTextAsync(
            path, text.Replace(before, after, StringComparison.Ordinal), TestContext.Current.CancellationToken);
    }

    private async Task DiffersAsync(string what, params string[] options)
    {
        var run = await Run.Of(["verify", _folder, .. options]);
        Assert.Equal(4, run.Exit);
        Assert.Contains(what, run.Out, StringComparison.Ordinal);
        Assert.Contains("SAL2530", run.Error, StringComparison.Ordinal);
    }

    private string File(string name, string content)
    {
        var path = Path.Combine(_root, name);
        System.IO.File.WriteAllText(path, content);
        return path;
    }
}
