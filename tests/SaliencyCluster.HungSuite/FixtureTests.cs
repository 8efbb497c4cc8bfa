namespace SaliencyCluster.HungSuite;

/// <summary>A test whose fixture never gets ready.</summary>
public sealed class FixtureTests(FixtureTests.Server server) : IClassFixture<FixtureTests.Server>
{
    [Fact]
    public void It_is_never_begun() => Assert.NotNull(server);

    /// <summary>Something that is started for tests.</summary>
    public sealed class Server : IAsyncLifetime
    {
        public async ValueTask InitializeAsync() => await new TaskCompletionSource().Task;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
