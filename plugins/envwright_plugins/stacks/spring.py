"""Spring Boot: devtools restarts the application when its classes change.

Documentation: https://docs.spring.io/spring-boot/reference/using/devtools.html: devtools reacts to compiled classes, so
something has to compile. Gradle does so continuously; with Maven an edit is live after `compile` in the container.
"""

from __future__ import annotations

from envwright.host import hookimpl
from envwright.model.language import LanguageStack, Program, Recipe, ServiceFiles, StackDockerfile
from envwright_plugins.stacks.shared import BUILD_FILES, DEFAULT_PORT, NOT_CODE, USER, first, rules, whole_source

ROOT = "/src"
GRADLE = ("build.gradle.kts", "build.gradle")


def detect(files: ServiceFiles) -> str:
    """Return the build file that names Spring Boot."""
    named = first(files, "pom.xml", *GRADLE)
    return (
        f"{named} names spring-boot"
        if named and "spring-boot" in files.read(named).replace("springframework.boot", "spring-boot")
        else ""
    )


def recipe(program: Program) -> Recipe:
    """Return how to run a Spring Boot service with devtools."""
    maven = program.files.exists("pom.xml")
    port = program.port or DEFAULT_PORT
    compiled = "after `mvn -o compile` in the container" if maven else "once Gradle has compiled it"
    return Recipe(
        command=_maven(program.files) if maven else _gradle(program.files),
        sources=whole_source(program, ROOT),
        working_directory=program.working_directory or ROOT,
        dependencies=("/cache",),
        caches=("/cache", f"{program.working_directory or ROOT}/{'target' if maven else 'build'}"),
        port=port,
        readiness="/actuator/health/readiness",
        env={
            "SERVER_PORT": str(port),
            "GRADLE_USER_HOME": "/cache/gradle",
            "MAVEN_OPTS": "-Dmaven.repo.local=/cache/maven",
            "SPRING_DEVTOOLS_RESTART_ENABLED": "true",
        },
        memory="1Gi",
        live=f"the log says that the application has started again, {compiled}",
    )


def _maven(files: ServiceFiles) -> tuple[str, ...]:
    return ("./mvnw" if files.exists("mvnw") else "mvn", "spring-boot:run")


def _gradle(files: ServiceFiles) -> tuple[str, ...]:
    tool = "./gradlew" if files.exists("gradlew") else "gradle"
    # two of them, for a Gradle that runs the application does not look for changes
    return ("sh", "-c", f"{tool} --continuous --quiet classes & exec {tool} bootRun")


def dockerfile(program: Program) -> StackDockerfile:
    """Return a Dockerfile that builds with Maven or Gradle and ships the jar."""
    maven = program.files.exists("pom.xml")
    image = "maven:3.9-eclipse-temurin-21" if maven else "gradle:9-jdk21"
    package = "mvn -B -DskipTests package" if maven else "gradle --no-daemon bootJar"
    jar = "target/*.jar" if maven else "build/libs/*.jar"
    return StackDockerfile(
        f"FROM {image} AS base\nWORKDIR {ROOT}",
        f"FROM base AS dev\nUSER {USER}",
        f"""\
FROM base AS build
COPY . .
RUN {package} && rm -f target/*.original build/libs/*-plain.jar && cp {jar} /service.jar

FROM eclipse-temurin:21-jre AS runtime
COPY --from=build /service.jar /service.jar
USER {USER}
ENTRYPOINT ["java", "-jar", "/service.jar"]""",
    )


STACK = LanguageStack(
    name="spring",
    title="Spring Boot, with devtools",
    detect=detect,
    recipe=recipe,
    dockerfile=dockerfile,
    special_of=("static",),
    changes=(
        *BUILD_FILES,
        *NOT_CODE,
        *rules("none", "it is a test", "src/test/**"),
        *rules("rebuild", "it says what is installed", "pom.xml", "**/*.gradle", "**/*.gradle.kts", "gradle/**"),
        *rules("rebuild", "it says what is installed", "gradle.properties", "mvnw", "gradlew", ".mvn/**"),
        *rules("migrate", "it changes the database", "src/main/resources/db/**"),
        *rules("hot-reload", "devtools serves it at once", "src/main/resources/static/**"),
        *rules("hot-reload", "devtools serves it at once", "src/main/resources/templates/**"),
        *rules("restart", "it is read only at the start", "src/main/resources/**"),
        *rules("hot-reload", "devtools restarts the application once it is compiled", "src/main/**"),
    ),
)


@hookimpl
def envwright_stack() -> LanguageStack:
    """Bring the stack `spring`."""
    return STACK
